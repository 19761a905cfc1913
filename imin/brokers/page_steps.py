"""What must be so for a Broker's pages to be of use: where they lead, and whether they can be read."""

from http import HTTPStatus

from imin.brokers import contrast
from imin.brokers.findings import Finding, ok, step, warning, wrong
from imin.brokers.models import Branding, Broker
from imin.ground import http


@step("The Broker Customer Dashboard URL answers")
def dashboard(broker: Broker) -> Finding:
    """Open the page to which Customers go back; it may well ask a stranger to sign in first."""
    url = broker.dashboard_url
    expected, change = "A page, or the way to sign in.", "Enter the address in the console to which Customers go back."
    try:
        answer = http.request("GET", url, headers={"Accept": "text/html"})
    except (http.UnreachableError, http.RefusedAddressError) as failure:
        return wrong(f"{url} could not be opened ({failure}).", expected=expected, change=change)
    if answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return wrong(f"{url} answers {answer.status}.", expected=expected, change=change)
    if answer.status >= HTTPStatus.BAD_REQUEST and answer.status not in {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
    }:
        return warning(f"{url} answers {answer.status}.", expected=expected, change="Look whether the page works.")
    return ok(f"{url} answers {answer.status}.")


@step("The colours can be read")
def colours(broker: Broker) -> Finding:
    """Measure both colours against the pages they stand on (WCAG 2.2, 1.4.3)."""
    looks = Branding.objects.filter(broker=broker).first() or Branding(broker=broker)
    pairs = {
        "Main colour": (looks.primary, contrast.LIGHT_PAGE),
        "Main colour on dark pages": (looks.primary_dark, contrast.DARK_PAGE),
    }
    ratios = {name: contrast.ratio(colour, page) for name, (colour, page) in pairs.items()}
    said = ", ".join(f"{name}: {ratio:.1f} to 1" for name, ratio in ratios.items())
    if min(ratios.values()) >= contrast.AA:
        return ok(f"{said}.")
    return wrong(f"{said}.", expected=f"At least {contrast.AA} to 1.", change="Choose stronger colours in the console.")


PAGE_STEPS = (dashboard, colours)
