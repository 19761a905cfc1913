"""Who calls: the key, and the connected account it acts as."""

import base64
import binascii
from dataclasses import dataclass

from werkzeug.datastructures import Headers

from sandbox.pay.errors import ApiError
from sandbox.pay.state import State
from sandbox.pay.version import API_VERSION

_FORM_FIELDS = ("key", "_stripe_account", "_stripe_version")


@dataclass(frozen=True)
class Caller:
    """The account that a call runs as, and whether it comes with a key that browsers may know."""

    account: str
    publishable: bool


def split(pairs: list[tuple[str, str]]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return the fields by which a browser names key, account and version, and all other pairs."""
    named = {name: value for name, value in pairs if name in _FORM_FIELDS}
    return named, [(name, value) for name, value in pairs if name not in _FORM_FIELDS]


def authenticate(state: State, headers: Headers, fields: dict[str, str]) -> Caller:
    """Return who calls; raise 401 without a known key, 403 for an account that is not ours."""
    key = _key(headers) or fields.get("key", "")
    payments = state.world.payments
    publishable = key == payments.publishable_key
    restricted = "rk_test_" + payments.secret_key.removeprefix("sk_test_")
    if not publishable and key not in (payments.secret_key, restricted):
        raise ApiError(401, "No valid API key was sent.", headers={"WWW-Authenticate": 'Basic realm="Stripe"'})
    account = headers.get("Stripe-Account") or fields.get("_stripe_account") or state.platform
    if account not in state.accounts:
        message = "The key has no access to that account, or there is no such account."
        raise ApiError(403, message, code="account_invalid")
    return Caller(account, publishable)


def check_version(headers: Headers, fields: dict[str, str]) -> None:
    """Raise a 400 for any version but ours, so that nobody tests against the wrong one."""
    version = headers.get("Stripe-Version") or fields.get("_stripe_version") or API_VERSION
    if version != API_VERSION:
        raise ApiError(400, f"This service speaks API version {API_VERSION} only.", validation=True)


def _key(headers: Headers) -> str:
    scheme, _, rest = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(rest).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""
