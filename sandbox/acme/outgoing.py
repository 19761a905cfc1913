"""Requests to the platform, which lives under names that resolvers may not know."""

from urllib.parse import urlsplit, urlunsplit

import httpx2

PATIENCE_SECONDS = 3.0


def ask(method: str, url: str, form: dict[str, str] | None = None) -> httpx2.Response:
    """Send one request; raises `httpx2.HTTPError` when nobody answers within three seconds."""
    parts = urlsplit(url)
    address = parts
    if (parts.hostname or "").endswith(".localhost"):
        # RFC 6761: these names are this machine, whatever the resolver thinks (glibc knows none of them).
        address = parts._replace(netloc=f"127.0.0.1:{parts.port or 80}")
    return httpx2.request(
        method, urlunsplit(address), data=form, headers={"Host": parts.netloc}, timeout=PATIENCE_SECONDS
    )
