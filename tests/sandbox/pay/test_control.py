import time
from typing import Any

import pytest
import stripe

from tests.sandbox.pay.forms import save
from tests.sandbox.pay.service import Running


@pytest.mark.parametrize("kind", ["down", "drop_before"])
def test_a_call_that_never_arrives(pay: Running, client: stripe.StripeClient, kind: str) -> None:
    pay.control("faults", kind=kind, calls=1)
    with pytest.raises(stripe.APIConnectionError):
        client.v1.customers.create()
    assert client.v1.customers.list().data == []


def test_an_answer_that_never_arrives(pay: Running, client: stripe.StripeClient) -> None:
    pay.control("faults", kind="drop_after", calls=1)
    with pytest.raises(stripe.APIConnectionError):
        client.v1.customers.create({}, {"idempotency_key": "once"})
    assert len(client.v1.customers.list().data) == 1
    client.v1.customers.create({}, {"idempotency_key": "once"})
    assert len(client.v1.customers.list().data) == 1


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_the_sdk_retries_without_doing_it_twice(pay: Running, client: stripe.StripeClient, kind: str) -> None:
    pay.control("faults", kind=kind, calls=1)
    pay.client(retries=2).v1.customers.create({"name": "Sam"})
    assert len(client.v1.customers.list().data) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, stripe.RateLimitError), (500, stripe.APIError), (503, stripe.APIError), (409, stripe.APIError)],
)
def test_refusing(pay: Running, client: stripe.StripeClient, status: int, error: type[stripe.StripeError]) -> None:
    pay.control("faults", kind="refuse", status=status, calls=1)
    with pytest.raises(error) as refused:
        client.v1.customers.create({}, {"idempotency_key": "refused"})
    assert refused.value.http_status == status
    assert client.v1.customers.list().data == []
    client.v1.customers.create({}, {"idempotency_key": "refused"})
    assert len(client.v1.customers.list().data) == 1


def test_rate_limits_say_why(pay: Running) -> None:
    pay.control("faults", kind="refuse", status=429, code="lock_timeout", calls=1)
    answer = pay.raw("GET", "/v1/customers")
    assert answer.headers["Stripe-Rate-Limited-Reason"] == "global-rate"
    assert answer.json()["error"]["code"] == "lock_timeout"


def test_a_500_that_was_begun_stays_a_500(pay: Running, client: stripe.StripeClient) -> None:
    pay.control("faults", kind="break", calls=1)
    for _ in range(2):
        with pytest.raises(stripe.APIError) as broken:
            client.v1.customers.create({}, {"idempotency_key": "broken"})
        assert broken.value.http_status == 500
    assert client.v1.customers.create({}, {"idempotency_key": "another"}).id


def test_slow_only_below_a_path(pay: Running, client: stripe.StripeClient) -> None:
    pay.control("faults", kind="slow", milliseconds=900, prefix="/v1/setup_intents")
    began = time.monotonic()
    client.v1.customers.create()
    assert time.monotonic() - began < 0.9
    began = time.monotonic()
    client.v1.setup_intents.create()
    assert time.monotonic() - began >= 0.9
    pay.control("faults/clear")
    began = time.monotonic()
    client.v1.setup_intents.list()
    assert time.monotonic() - began < 0.9


def test_the_script_can_be_down_too(pay: Running) -> None:
    pay.control("faults", kind="refuse", status=503, host="js", calls=1)
    url = f"http://js.pay.localhost:{pay.port}/endive/stripe.js"
    assert pay.session.get(url, timeout=30).status_code == 503
    assert pay.session.get(url, timeout=30).status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("faults", {"kind": "explode"}),
        ("faults", {}),
        ("faults", {"kind": "down", "colour": "red"}),
        ("clock", {"advance": "soon"}),
        ("cards/renew", {"payment_method": "pm_nobody"}),
        ("webhooks/resend", {"event": "evt_nobody"}),
    ],
)
def test_what_it_does_not_understand(pay: Running, path: str, body: dict[str, Any]) -> None:
    answer = pay.control(path, **body)
    assert answer.status_code in (400, 404)
    assert answer.json()["error"]["message"]


def test_state_and_reset(pay: Running, customer: stripe.Customer) -> None:
    save(pay, customer.id)
    pay.control("faults", kind="slow", milliseconds=1, calls=5)
    moved = pay.control("clock", advance=60).json()
    assert moved["clock_offset"] == 60
    assert moved["objects"]["payment_method"] == 1
    assert moved["faults"][0]["remaining"] == 5
    clean = pay.control("reset").json()
    assert (clean["clock_offset"], clean["faults"], clean["objects"]["customer"]) == (0, [], 0)
    assert clean["accounts"][1:] == list(pay.world.payments.connected_accounts)


def test_the_page_works_by_forms(pay: Running, customer: stripe.Customer) -> None:
    method = save(pay, customer.id)
    page = f"http://pay.localhost:{pay.port}/"
    shown = pay.session.get(page, timeout=30)
    assert shown.status_code == 200
    assert method in shown.text
    assert "script-src" not in shown.headers["Content-Security-Policy"]
    sent = pay.session.post(
        f"{page}control/faults",
        data={"kind": "slow", "calls": "", "milliseconds": "5", "prefix": ""},
        timeout=30,
        allow_redirects=False,
    )
    assert (sent.status_code, sent.headers["Location"]) == (303, "/")
    assert "until cleared" in pay.session.get(page, timeout=30).text
    assert pay.session.get(f"{page}control.css", timeout=30).headers["Content-Type"].startswith("text/css")


def test_another_site_cannot_press_its_buttons(pay: Running, customer: stripe.Customer) -> None:
    url = f"http://pay.localhost:{pay.port}/control/reset"
    assert pay.session.post(url, headers={"Origin": "http://evil.example"}, timeout=30).status_code == 403
    assert len(pay.client().v1.customers.list().data) == 1
    ours = {"Origin": f"http://pay.localhost:{pay.port}"}
    assert pay.session.post(url, headers=ours, json={}, timeout=30).status_code == 200


def test_a_refund_ends_as_it_is_told(pay: Running, client: stripe.StripeClient) -> None:
    params: Any = {
        "amount": 500,
        "currency": "gbp",
        "payment_method": "pm_card_visa",
        "confirm": True,
        "return_url": "http://x.example/",
    }
    done = client.v1.payment_intents.create(params)
    refund = client.v1.refunds.create({"payment_intent": done.id})
    pay.control("refunds", refund=refund.id, outcome="failed")
    assert client.v1.refunds.retrieve(refund.id).status == "failed"
    assert pay.control("refunds", refund=refund.id, outcome="failed").status_code == 400
    pay.control("disputes", charge=str(done.latest_charge))
    assert client.v1.charges.retrieve(str(done.latest_charge)).disputed
