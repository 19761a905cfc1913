"""What the pages of Card Details may load and say: the inventory that PCI DSS 6.4.3 asks for, as a file.

`inventory.json` names each script with its reason and integrity value; who changes a script changes it there too,
which is the authorisation. What belongs to the payment service comes from its gateway.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.urls import Resolver404, resolve

from imin.payments.gateways.base import Element
from imin.payments.gateways.chosen import gateway


@dataclass(frozen=True)
class Expected:
    """What one page may hold: our scripts with their integrity, the payment service's part, headers, policy."""

    scripts: dict[str, str]
    styles: list[str]
    payment: Element | None
    headers: dict[str, str]
    policy: dict[str, set[str]]


class NotInInventoryError(Exception):
    """The inventory has no such page; the message names those that it has."""


@cache
def inventory() -> dict[str, Any]:
    """Return the file as it is."""
    found: dict[str, Any] = json.loads((Path(__file__).parent / "inventory.json").read_text(encoding="utf-8"))
    return found


def expected(path: str, *, over_tls: bool) -> Expected:
    """Return what the page at `path` of a Broker's host may hold. Raises `NotInInventoryError`."""
    kept = inventory()
    page = kept["pages"].get(_route(path))
    if page is None:
        raise NotInInventoryError(f"The inventory has no page {path}; it has {', '.join(kept['pages'])}.")
    element = gateway().element(account="") if page["payment"] else None
    policy = {name: set(sources) for name, sources in kept["policy"].items()}
    if over_tls:
        policy |= {name: set(sources) for name, sources in kept["policy_over_tls"].items()}
    if element:
        policy["script-src"] |= set(element.script_origins)
        policy["connect-src"] |= set(element.connect_origins)
        policy["frame-src"] = set(element.frame_origins)
    return Expected(
        scripts={name: kept["scripts"][name]["integrity"] for name in page["scripts"]},
        styles=kept["styles"],
        payment=element,
        headers={**kept["headers"], **(kept["headers_over_tls"] if over_tls else {})},
        policy=policy,
    )


def _route(path: str) -> str:
    """Return the address of which `path` is one, as the documentation writes it."""
    try:
        found = resolve(path, urlconf="imin.cards.urls")
    except Resolver404:
        return path
    for name, value in found.kwargs.items():
        path = path.replace(str(value), f"<{name}>")
    return path
