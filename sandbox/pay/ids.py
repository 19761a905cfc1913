"""Names of new objects, as opaque as the real ones."""

import secrets
import string

_LETTERS = string.ascii_letters + string.digits


def fresh(prefix: str) -> str:
    """Return a new id such as `cus_1Ab…`; 23 random characters, so that no two meet."""
    return f"{prefix}_1{letters(23)}"


def letters(count: int) -> str:
    """Return `count` random letters and digits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(count))


def secret_of(object_id: str) -> str:
    """Return a new client secret of the intent `object_id`."""
    return f"{object_id}_secret_{letters(25)}"
