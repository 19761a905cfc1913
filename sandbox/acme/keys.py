"""The keys that sign a Broker's tokens, kept in a file so that a restart does not change them."""

import json
import os
import threading
from pathlib import Path
from typing import Any

from joserfc.jwk import KeySet, KeySetSerialization, RSAKey

ALGORITHM = "RS256"


class KeyRing:
    """Signing keys of one Broker: the first signs, all of them are published."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._keys = _read(path) if path.exists() else [_generate()]
        self._write()

    @property
    def signing(self) -> RSAKey:
        """The key that signs new tokens."""
        return self._keys[0]

    def published(self) -> KeySet:
        """Return the public halves, as relying parties fetch them."""
        return KeySet([RSAKey.import_key(key.as_dict(private=False)) for key in self._keys])

    def rotate(self, *, keep_old: bool) -> None:
        """Sign with a new key from now on; the old ones stay published only with `keep_old`."""
        fresh = _generate()
        with self._lock:
            self._keys = [fresh, *self._keys] if keep_old else [fresh]
            self._write()

    def _write(self) -> None:
        document: KeySetSerialization = KeySet(list(self._keys)).as_dict(private=True)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Private keys: readable by their owner alone from the first byte on.
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(document, file)


def _generate() -> RSAKey:
    return RSAKey.generate_key(2048, {"use": "sig", "alg": ALGORITHM}, auto_kid=True)


def _read(path: Path) -> list[RSAKey]:
    stored: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["keys"]
    return [RSAKey.import_key(key) for key in stored]
