"""Weight of the card list in a browser, and when it can be used on a throttled line."""

from dataclasses import dataclass

from playwright.sync_api import Page, sync_playwright

from tests.journeys.chromium import INSTALLED
from tests.journeys.stack import Stack

# Chromium's own "Fast 3G" profile: 562.5 ms per round trip, 1.44 Mbit/s down, 675 kbit/s up
FAST_3G = {"offline": False, "latency": 562.5, "downloadThroughput": 180_000, "uploadThroughput": 84_375}
CPU_SLOWDOWN = 4


@dataclass(frozen=True)
class Weight:
    """`kilobytes`: all that came from our host, as transferred; `interactive_s`: seconds until it can be used."""

    kilobytes: float
    requests: int
    interactive_s: float


def measure(stack: Stack) -> Weight:
    """Open the signed-in card list with an empty cache, on Fast 3G and a processor slowed four times."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=INSTALLED, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
        _sign_in(page, stack)
        client = page.context.new_cdp_session(page)
        client.send("Network.enable")
        client.send("Network.clearBrowserCache")
        sizes: dict[str, float] = {}
        client.on(
            "Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]})
        )
        client.send("Network.emulateNetworkConditions", FAST_3G)
        client.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
        page.goto(stack.cards())
        page.wait_for_load_state("load")
        page.wait_for_timeout(1500)
        interactive = page.evaluate(
            """() => {
                const navigation = performance.getEntriesByType('navigation')[0];
                const painted = performance.getEntriesByName('first-contentful-paint')[0].startTime;
                return Math.max(navigation.domContentLoadedEventEnd, painted) / 1000;
            }"""
        )
        browser.close()
    return Weight(sum(sizes.values()) / 1024, len(sizes), float(interactive))


def _sign_in(page: Page, stack: Stack) -> None:
    page.goto(stack.site("/sign-in"))
    page.fill("#email", "alex@acmebroker.example")
    page.fill("#password", "open sesame")
    page.click("main form button")
    page.goto(stack.cards())
