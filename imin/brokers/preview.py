"""How pages and mails would look in a Broker's looks that are not saved yet: drawn, then frozen for a frame.

A frozen page fetches nothing, runs nothing and leads nowhere; its colour scheme is the one asked for.
"""

import re
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.contrib.staticfiles import finders
from django.http import HttpRequest

from imin.brokers.front_door import Tenant
from imin.brokers.models import Branding

NOBODY = UUID(int=0)
SCHEMES = ("light", "dark")
_DARK = "@media (prefers-color-scheme: dark)"
_SHEET = re.compile(r'<link rel="stylesheet"[^>]*>')
_RUNS = re.compile(r"<script\b.*?</script>|<noscript>.*?</noscript>|<link rel=\"(?:preload|icon)\"[^>]*>", re.DOTALL)


@dataclass(frozen=True)
class Draft:
    """A Broker as its pages would know it; `looks` is not stored."""

    tenant: Tenant
    looks: Branding

    @property
    def request(self) -> HttpRequest:
        """A request at the Broker's host, which nobody sent."""
        request = HttpRequest()
        request.method, request.path = "GET", "/edit"
        request.tenant = self.tenant  # type: ignore[attr-defined]
        request.csp_nonce = request.request_id = "preview"  # type: ignore[attr-defined]
        return request


def frozen(html: str, looks: Branding, scheme: str) -> str:
    """Return a drawn page or mail as it looks in `scheme`, with all that it needs in itself."""
    alone = _SHEET.sub(lambda _link: f"<style>{_sheet()}</style>", _RUNS.sub("", html))
    if looks.logo:
        picture = f"data:{looks.logo_type};base64,{b64encode(bytes(looks.logo)).decode()}"
        alone = re.sub(r'src="(?:/brand/logo|cid:)[^"]*"', f'src="{picture}"', alone)
    alone = alone.replace(_DARK, "@media all" if scheme == "dark" else "@media not all")
    alone = alone.replace("color-scheme: light dark", f"color-scheme: {scheme}")
    alone = alone.replace('content="light dark"', f'content="{scheme}"')
    return alone.replace("<head>", '<head>\n<base target="_blank">', 1)


def _sheet() -> str:
    return Path(str(finders.find("pages/page.css"))).read_text(encoding="utf-8")
