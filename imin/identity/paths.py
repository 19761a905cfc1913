"""Our addresses in a sign-in, and which paths a sign-in may lead back to."""

from urllib.parse import urlencode

from imin.brokers.front_door import Tenant

ROOT = "/oidc/"
LOGIN = f"{ROOT}login"
SIGNED_OUT = f"{ROOT}signed-out"
_LONGEST = 500


def redirect_uri(tenant: Tenant) -> str:
    """Return the redirect URI that is registered for this host at the Broker's provider."""
    return f"{tenant.origin}{ROOT}callback"


def signed_out_uri(tenant: Tenant) -> str:
    """Return the post-logout redirect URI that is registered for this host."""
    return f"{tenant.origin}{SIGNED_OUT}"


def start_path(return_path: str, *, again: bool, login_hint: str = "") -> str:
    """Return the path that starts a sign-in; `again` lets the provider ask the person."""
    values = {"again": "1" if again else "", "return": return_path, "login_hint": login_hint}
    return f"{ROOT}start?{urlencode({name: value for name, value in values.items() if value})}"


def local(path: str, *, home: str) -> str:
    r"""Return `path` when it is a page of this very host, else `home`.

    Browsers read `//host` and `/\host` as another host (WHATWG URL, relative slash state) and drop tabs and line
    ends; our own sign-in pages would lead in a circle.
    """
    printable = path.isprintable() and "\\" not in path
    if len(path) <= _LONGEST and printable and path.startswith("/") and not path.startswith(("//", ROOT)):
        return path
    return home
