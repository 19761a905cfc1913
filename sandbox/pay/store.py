"""The objects of every account: in memory, and in a journal that survives a restart.

The journal is one file of JSON lines, the newest line of an object wins. It is replayed and rewritten
when the service starts. No card number ever gets here: a card keeps the name of its test number.
"""

import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

Record = dict[str, Any]
_Place = tuple[str, str, str]


class Store:
    """Objects by account, object name and id; `put` what changed, then `flush`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "pay.jsonl"
        self._objects: dict[str, dict[str, dict[str, Record]]] = {}
        self._changed: dict[_Place, Record] = {}
        self.secret = secrets.token_hex(16)
        self._replay()

    def find(self, account: str, name: str, object_id: str) -> Record | None:
        """Return the object or None."""
        return self._objects.get(account, {}).get(name, {}).get(object_id)

    def every(self, account: str, name: str) -> list[Record]:
        """Return the account's objects of that name, oldest first."""
        return list(self._objects.get(account, {}).get(name, {}).values())

    def accounts(self) -> list[str]:
        """Return the ids of all accounts that have anything."""
        return list(self._objects)

    def put(self, account: str, record: Record) -> None:
        """Keep the object, new or changed."""
        self._keep(account, record)
        self._changed[account, record["object"], record["id"]] = record

    def remove(self, account: str, name: str, object_id: str) -> None:
        """Forget the object, for good."""
        self._objects[account][name].pop(object_id, None)
        self._changed[account, name, object_id] = {"object": name, "id": object_id, "_gone": True}

    def flush(self) -> None:
        """Append to the journal what was put since the last flush."""
        if self._changed:
            with self._path.open("a", encoding="utf-8") as journal:
                journal.writelines(_line(place[0], record) for place, record in self._changed.items())
            self._changed.clear()

    def clear(self) -> None:
        """Forget everything, also in the journal."""
        self._objects.clear()
        self._changed.clear()
        self.compact(lambda _: False)

    def compact(self, stale: Callable[[Record], bool]) -> None:
        """Write the journal anew, with one line for each object that is not stale; forget those that are."""
        for shelves in self._objects.values():
            for name, shelf in shelves.items():
                shelves[name] = {key: record for key, record in shelf.items() if not stale(record)}
        fresh = self._path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as journal:
            journal.write(json.dumps({"secret": self.secret}) + "\n")
            for account, shelves in self._objects.items():
                for shelf in shelves.values():
                    journal.writelines(_line(account, record) for record in shelf.values())
        fresh.replace(self._path)

    def _keep(self, account: str, record: Record) -> None:
        shelf = self._objects.setdefault(account, {}).setdefault(record["object"], {})
        shelf[record["id"]] = record
        if record.get("_gone"):
            del shelf[record["id"]]

    def _replay(self) -> None:
        if not self._path.exists():
            return
        for text in self._path.read_text(encoding="utf-8").splitlines():
            try:
                line = json.loads(text)
            except json.JSONDecodeError:
                continue  # the last line of a process that was killed while it wrote
            if "secret" in line:
                self.secret = line["secret"]
            else:
                self._keep(line["account"], line["record"])


def _line(account: str, record: Record) -> str:
    return json.dumps({"account": account, "record": record}, separators=(",", ":")) + "\n"
