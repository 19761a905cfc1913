"""One locked unit of work in one account: what it finds, keeps and tells."""

from dataclasses import dataclass, field, replace

from sandbox.pay.errors import unknown_object
from sandbox.pay.store import Record, Store


@dataclass(frozen=True)
class Work:
    """What a verb works with; `now` is Unix seconds, `told` are the events that leave when the work ends.

    `hooks` and `desk` are the origins of the challenge pages and of the service's own pages.
    """

    store: Store
    account: str
    platform: str
    now: int
    hooks: str
    desk: str
    request_id: str | None = None
    idempotency_key: str | None = None
    told: list[tuple[str, str]] = field(default_factory=list)

    def look(self, name: str, object_id: str) -> Record | None:
        """Return this account's object or None."""
        return self.store.find(self.account, name, object_id)

    def find(self, name: str, object_id: str, *, param: str = "id") -> Record:
        """Return this account's object; without it raise the 404 (400 when it was named by `param`)."""
        record = self.look(name, object_id)
        if record is None:
            raise unknown_object(name.replace("_", " "), object_id, param=param)
        return record

    def every(self, name: str) -> list[Record]:
        """Return this account's objects of that name, oldest first."""
        return self.store.every(self.account, name)

    def put(self, record: Record) -> Record:
        """Keep the object and return it."""
        self.store.put(self.account, record)
        return record

    def remove(self, name: str, object_id: str) -> None:
        """Forget the object."""
        self.store.remove(self.account, name, object_id)

    def at(self, account: str) -> "Work":
        """Return the same unit of work in another account."""
        return replace(self, account=account)

    @property
    def by_bank(self) -> "Work":
        """Return the same unit of work with no request behind it: its events name none."""
        return replace(self, request_id=None, idempotency_key=None)
