"""Web addresses that an operator types: HTTPS, or on a development machine plain HTTP under `localhost`."""

from urllib.parse import urlsplit

from imin.ground import hosts


class BadAddressError(ValueError):
    """The text is not an address that can be used; the message says what is wrong."""


def web_address(text: str) -> str:
    """Return `text` when it is an absolute web address; raises `BadAddressError`."""
    try:
        parts = urlsplit(text)
        host = hosts.normalise(parts.hostname or "")
        parts.port  # noqa: B018 reading it is the check
    except ValueError:
        raise BadAddressError("Write a whole web address, such as https://acmebroker.com/account.") from None
    if parts.username is not None or parts.password is not None:
        raise BadAddressError("An address must not hold a user name or password.")
    if parts.scheme != "https" and not (parts.scheme == "http" and hosts.on_this_machine(host)):
        raise BadAddressError("The address must start with https://.")
    if any(character.isspace() or ord(character) < 32 for character in text):
        raise BadAddressError("An address has no spaces.")
    return text


def issuer(text: str) -> str:
    """Return `text` when it can be an issuer identifier (OpenID Connect Discovery 1.0, section 3).

    Kept as it was typed, also its last slash: it is compared character by character. Raises `BadAddressError`.
    """
    if "?" in text or "#" in text:
        raise BadAddressError("An issuer has no query and no fragment (nothing after ? or #).")
    return web_address(text)
