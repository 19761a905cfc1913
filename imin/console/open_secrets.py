"""Do the keys of `IMIN_SECRET_KEYS` open what is stored? To be asked after restoring, and before dropping a key."""

from dataclasses import dataclass, field

from django.core.exceptions import ImproperlyConfigured

from imin.console.rotate import ENCRYPTED
from imin.ground import vault


@dataclass
class Found:
    """How many stored secrets the keys open, and the rows whose secret none of them opens."""

    opened: int = 0
    closed: list[str] = field(default_factory=list)


def try_keys() -> Found:
    """Try to open every stored secret; nothing is changed. As the owner.

    Raises `ImproperlyConfigured` when one of the keys is no key.
    """
    vault.encrypt("any")  # refuses a key that is none, which is no secret's fault
    found = Found()
    for model, name in ENCRYPTED:
        rows = model._default_manager.exclude(**{name: ""})  # noqa: SLF001 Django's documented way to a model's rows
        for key, secret in rows.values_list("pk", name).iterator(chunk_size=500):
            try:
                vault.decrypt(secret)
                found.opened += 1
            except ImproperlyConfigured:
                found.closed.append(f"{model._meta.label} {key}")  # noqa: SLF001
    return found
