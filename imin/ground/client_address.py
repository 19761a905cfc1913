"""The address of whoever sent a request, also when the edge passed it on.

`X-Forwarded-For` is a list to which each proxy appends whom it heard; anybody can begin it. So it is read from the
right, for as long as the speaker is one of `IMIN_TRUSTED_PROXIES`.
"""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address
_PRIVATE = [ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")]


def client_address(request: HttpRequest) -> str:
    """Return the IP address of the nearest sender that is not a trusted proxy; empty when it is unknown.

    IPv4 is written as such also when it came inside IPv6. What no proxy of ours can have written ends the list: then
    the last one that was read counts.
    """
    heard = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    nearest: Address | None = None
    for text in [request.META.get("REMOTE_ADDR", ""), *reversed(heard)]:
        address = _address(text)
        if address is None:
            break
        nearest = address
        if not any(address in network for network in settings.TRUSTED_PROXIES):
            break
    return str(nearest or "")


@lru_cache(maxsize=4096)
def _address(text: str) -> Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def network_of_sender(request: HttpRequest) -> str:
    """Return what stands for whoever sent a request, to count them by; empty when that is not known.

    It is not when a machine of ours or beside us passes on what others said, and is no trusted proxy: then everybody
    would be one.
    """
    peer = _address(request.META.get("REMOTE_ADDR", ""))
    address = client_address(request)
    if "HTTP_X_FORWARDED_FOR" in request.META and peer is not None and str(peer) == address and _is_beside_us(peer):
        return ""
    return network_of(address)


def _is_beside_us(address: Address) -> bool:
    return address.is_loopback or any(address in network for network in _PRIVATE)


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """Return what stands for whoever has `address`: an IPv4 address itself, of an IPv6 one its /64.

    One person has a whole /64 to choose addresses from (RFC 6177). What is no address stands for itself, cut short.
    """
    found = _address(address)
    if found is None:
        return address[:50]
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found)
