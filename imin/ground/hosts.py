"""Host names as we compare and build them: lower case, no port, IDNA; never taken from a request's header."""

import re

import idna
from django.conf import settings

_LABEL = re.compile(r"^(?!-)[a-z0-9-]{1,63}(?<!-)$")


class BadHostError(ValueError):
    """The text is not a host name."""


def normalise(host: str) -> str:
    """Return `host` in the form in which it is stored: lower case, without port and last dot, A-labels.

    Raises `BadHostError` for anything that is not a DNS name (RFC 1123, RFC 5891).
    """
    name = host.strip().lower()
    name, _, port = name.partition(":")
    if port and not port.isdigit():
        raise BadHostError(f"{host!r} is not a host name.")
    name = name.removesuffix(".")
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode()
        except idna.IDNAError:
            raise BadHostError(f"{host!r} is not a valid internationalised host name.") from None
    if len(name) > 253 or not all(_LABEL.match(label) for label in name.split(".")):
        raise BadHostError(f"{host!r} is not a host name.")
    return name


def origin(host: str) -> str:
    """Return the origin (RFC 6454) at which `host` is reached from outside, as settings say."""
    default = {"http": 80, "https": 443}[settings.PUBLIC_SCHEME]
    port = "" if default == settings.PUBLIC_PORT else f":{settings.PUBLIC_PORT}"
    return f"{settings.PUBLIC_SCHEME}://{host}{port}"


def platform_host(product: str) -> str:
    """Return the platform's own host for `product`, for example `book.localhost`."""
    return f"{product}.{settings.PLATFORM_DOMAIN}"


def on_this_machine(host: str) -> bool:
    """Say whether `host` is a development machine's own name (`localhost` and whatever is under it)."""
    return settings.DEVELOPMENT and (host == "localhost" or host.endswith(".localhost"))
