"""What axe finds on a page: put into it once, and asked for violations only.

Handing over all that passed takes as long as looking, and an axe that was put in again has to warm up anew.
"""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page

COLOURS = {"runOnly": ["color-contrast"]}  # what differs between light and dark
_THERE = "typeof axe !== 'undefined'"
_LOOK = """async (options) => {
    const found = await axe.run({ resultTypes: ['violations'], iframes: false, ...options });
    return found.violations.map((rule) => [rule.id, ...rule.nodes.map((node) => node.html)]);
}"""
_AXE = Axe().axe_script


def violations(page: Page | Frame, **options: object) -> list[list[str]]:
    """Return each broken rule with the elements that break it; frames are looked into by themselves."""
    if not page.evaluate(_THERE):
        page.evaluate(_AXE)
    found: Any = page.evaluate(_LOOK, options)
    return list(found)
