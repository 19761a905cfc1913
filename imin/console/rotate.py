"""Encrypting stored secrets again after a key was put in front of the others."""

from cryptography.fernet import InvalidToken
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model

from imin.brokers.models import ClientKey, OpenIdSettings
from imin.console.models import SecondFactor
from imin.ground import vault
from imin.identity.models import Session

ENCRYPTED: list[tuple[type[Model], str]] = [
    (ClientKey, "private_key_encrypted"),
    (OpenIdSettings, "client_secret_encrypted"),
    (Session, "id_token_encrypted"),
    (SecondFactor, "secret_encrypted"),
]


def rotate_keys() -> int:
    """Encrypt every stored secret with the newest key; return how many there were.

    Safe beside running processes and to run again: a row is only replaced while it holds what was read. Raises
    `ImproperlyConfigured`, naming the row, when none of the keys opens a secret; rows before it are done.
    """
    return sum(_rotate(model, field) for model, field in ENCRYPTED)


def _rotate(model: type[Model], field: str) -> int:
    rows = model._default_manager  # noqa: SLF001 Django's documented way to a model's rows
    done = 0
    for key, old in rows.exclude(**{field: ""}).values_list("pk", field).iterator(chunk_size=500):
        try:
            new = vault.rotate(old)
        except InvalidToken:
            raise ImproperlyConfigured(
                f"No key in IMIN_SECRET_KEYS opens {model._meta.label} {key}. "  # noqa: SLF001
                "Put its key back at the end of the list and rotate again."
            ) from None
        done += rows.filter(pk=key, **{field: old}).update(**{field: new})
    return done
