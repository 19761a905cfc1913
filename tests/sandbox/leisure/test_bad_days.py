"""Bad days, by header for one request and by the control page for all."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from sandbox.leisure.bad_days import HEADER
from tests.sandbox.leisure.partner import ORIGIN, Partner

SESSIONS = f"{ORIGIN}/feeds/scheduled-sessions"


def bad(partner: Partner, day: str, path: str, method: str = "GET", body: dict | None = None) -> TestResponse:
    headers = {HEADER: day, "X-OpenActive-Test-Client-Id": partner.name}
    headers["X-OpenActive-Test-Seller-Id"] = partner.seller_id
    return partner.app.test_client().open(path.removeprefix(ORIGIN), method=method, json=body, headers=headers)


@pytest.fixture
def pauses(state, monkeypatch) -> list[float]:
    """Collect the pauses that the booking system makes, instead of waiting."""
    taken: list[float] = []
    monkeypatch.setattr(state.clock, "pause", taken.append)
    return taken


@pytest.mark.parametrize(
    ("day", "path", "status", "kind"),
    [
        ("too_many", "/feeds/events", 429, "TooManyRequestsError"),
        ("unavailable", "/api/order-quotes/5f2b3d8e", 503, "TemporarilyUnableToProduceOrderQuoteError"),
        ("unavailable", "/api/orders/5f2b3d8e-9a53-4a0e-8a36-3f6b1c8d2f10", 503, "TemporarilyUnableToUpdateOrderError"),
    ],
)
def test_come_back_later(partner: Partner, day: str, path: str, status: int, kind: str) -> None:
    refused = bad(partner, day, path)
    assert (refused.status_code, refused.json["@type"]) == (status, kind)
    assert refused.headers["Retry-After"] == "2"


@pytest.mark.parametrize("path", ["/api/orders-rpde", "/feeds/events"])
def test_a_feed_that_is_away_speaks_of_no_quote(partner: Partner, path: str) -> None:
    refused = bad(partner, "unavailable", path)
    assert (refused.status_code, refused.json) == (503, {"error": "Nothing can be read just now."})
    assert refused.headers["Retry-After"] == "2"


def test_nothing_is_booked_by_a_request_that_was_refused(partner: Partner) -> None:
    one, uuid = partner.make("BookableFree"), str(uuid4())
    order = partner.order("Order", one, totalPaymentDue={"@type": "PriceSpecification", "price": 0})
    assert bad(partner, "unavailable", f"/api/orders/{uuid}", "PUT", order).status_code == 503
    assert partner.call("GET", f"/orders/{uuid}").status_code == 404


def test_booked_but_answered_late(partner: Partner, pauses: list[float]) -> None:
    one, uuid = partner.make("BookableFree"), str(uuid4())
    before = partner.left(one)
    order = partner.order("Order", one, totalPaymentDue={"@type": "PriceSpecification", "price": 0})
    bad(partner, "after_booking=30000", f"/api/orders/{uuid}", "PUT", order)
    assert pauses == [30]
    assert partner.left(one) == before - 1
    assert partner.call("GET", f"/orders/{uuid}").status_code == 200


def test_slow(partner: Partner, pauses: list[float]) -> None:
    assert bad(partner, "slow=1500", SESSIONS).status_code == 200
    assert pauses == [1.5]


def test_a_web_page_with_status_200(partner: Partner) -> None:
    page = bad(partner, "html", SESSIONS)
    assert (page.status_code, page.mimetype) == (200, "text/html")


def test_a_wrong_total(partner: Partner) -> None:
    one = partner.make("BookableNonFree")
    right = partner.c1(one).json["totalPaymentDue"]["price"]
    order = partner.order("OrderQuote", one, customer=None)
    wrong = bad(partner, "wrong_total", f"/api/order-quote-templates/{uuid4()}", "PUT", order)
    assert wrong.json["totalPaymentDue"]["price"] == pytest.approx(right + 1)


def test_feeds_that_repeat_go_back_and_stop(partner: Partner) -> None:
    partner.make()
    first = partner.call("GET", SESSIONS).json
    assert bad(partner, "feed=repeats", SESSIONS).json["next"] == SESSIONS
    later = bad(partner, "feed=goes-back", f"{SESSIONS}?afterTimestamp=1&afterId=1").json
    assert (later["next"], bool(later["items"])) == (SESSIONS, True)
    stopped = bad(partner, "feed=stops", SESSIONS).json
    assert (stopped["items"], stopped["next"]) == ([], SESSIONS)
    assert partner.call("GET", SESSIONS).json["next"] == first["next"]


@pytest.mark.parametrize("day", ["rainy", "slow=fast", "feed=burns", "unavailable=perhaps"])
def test_a_day_that_does_not_exist_is_refused_by_name(partner: Partner, day: str) -> None:
    refused = bad(partner, day, SESSIONS)
    assert refused.status_code == 400
    assert refused.json["error"].startswith(f"{HEADER}: ")
    assert day.partition("=")[0] in refused.json["error"]


def test_the_test_interface_stays_well(partner: Partner) -> None:
    assert bad(partner, "unavailable", "/api/test-interface/datasets/none", "DELETE").status_code == 204


@pytest.fixture
def browser(partner: Partner) -> Iterator:
    client = partner.app.test_client()
    yield client
    client.post("/control")


def test_the_control_page_switches_it_for_everybody(partner: Partner, browser) -> None:
    assert "All is well." in browser.get("/control", headers={"Accept": "text/html"}).text
    changed = browser.post("/control", data={"too_many": "on", "slow": "1"}, headers={"Accept": "text/html"})
    assert changed.status_code == 303
    assert partner.call("GET", SESSIONS).status_code == 429
    text = browser.get("/control", headers={"Accept": "text/html"}).text
    assert "<code>slow=1</code>, <code>too_many</code>." in text
    browser.post("/control")
    assert partner.call("GET", SESSIONS).status_code == 200


def test_the_clock_is_moved(state, browser) -> None:
    before = state.clock.now()
    browser.post("/control/clock", data={"hours": "48"})
    assert (state.clock.now() - before).total_seconds() == pytest.approx(48 * 3600, abs=60)
    browser.post("/control/clock", data={"hours": "-48"})
    assert browser.post("/control/clock", data={"hours": "soon"}).status_code == 400


def test_a_page_of_another_site_cannot_switch_it(browser) -> None:
    refused = browser.post("/control", data={"too_many": "on"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert browser.get("/control", headers={"Accept": "application/json"}).json["bad_day"]["too_many"] is False
