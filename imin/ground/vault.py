"""Secrets at rest: encrypted with the first key of `IMIN_SECRET_KEYS`, read with any of them.

Keys are rotated by putting a new one in front, running `imin keys rotate`, then dropping the old one.
"""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def encrypt(secret: str) -> str:
    """Return `secret` encrypted with the newest key, as text; an empty secret stays empty."""
    return _box().encrypt(secret.encode()).decode() if secret else ""


def decrypt(token: str) -> str:
    """Return the secret that `token` holds.

    Raises `ImproperlyConfigured` when none of the keys opens it.
    """
    if not token:
        return ""
    try:
        return _box().decrypt(token.encode()).decode()
    except InvalidToken:
        raise ImproperlyConfigured(
            "A stored secret was encrypted with a key that is not in IMIN_SECRET_KEYS. Put the old key back at the "
            "end of the list, run `imin keys rotate`, then drop it."
        ) from None


def rotate(token: str) -> str:
    """Return `token` encrypted again with the newest key."""
    return _box().rotate(token.encode()).decode() if token else ""


def _box() -> MultiFernet:
    return _box_of(tuple(settings.SECRET_KEYS))


@lru_cache(maxsize=4)
def _box_of(keys: tuple[str, ...]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        raise ImproperlyConfigured(
            "IMIN_SECRET_KEYS lists keys as `imin keys new` prints them, with commas between; one of these is none."
        ) from None
