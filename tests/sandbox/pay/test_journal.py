import json
from pathlib import Path

import stripe

from sandbox.pay.cards import CARDS
from tests.sandbox.pay.forms import card_data, save
from tests.sandbox.pay.service import Running, serve


def test_everything_is_there_after_a_restart(folder: Path) -> None:
    with serve(folder) as first:
        client = first.client()
        customer = client.v1.customers.create({"name": "Sam"})
        method = save(first, customer.id, "authenticationRequiredOnSetup")
        kept = client.v1.payment_methods.retrieve(method)
        client.v1.customers.create({"name": "Priya"}, {"idempotency_key": "once"})
        gone = client.v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/", "enabled_events": ["*"]})
        client.v1.webhook_endpoints.delete(gone.id)
        first.control("clock", advance=1000)
    with serve(folder) as second:
        client = second.client()
        again = client.v1.payment_methods.retrieve(method)
        assert again.to_dict() == kept.to_dict()
        assert again.card.fingerprint == save_and_fingerprint(second, client)
        client.v1.customers.create({"name": "Priya"}, {"idempotency_key": "once"})
        assert len(client.v1.customers.list().data) == 3
        assert len(client.v1.webhook_endpoints.list().data) == 1
        assert second.service.state.clock.offset == 1000
        charged = client.v1.payment_intents.create(
            {
                "amount": 500,
                "currency": "gbp",
                "customer": customer.id,
                "payment_method": method,
                "confirm": True,
                "off_session": True,
            }
        )
        assert charged.status == "succeeded"  # the card still knows that it was set up


def save_and_fingerprint(pay: Running, client: stripe.StripeClient) -> str:
    customer = client.v1.customers.create()
    method = save(pay, customer.id, "authenticationRequiredOnSetup")
    return str(client.v1.payment_methods.retrieve(method).card.fingerprint)


def test_a_line_that_was_cut_off_costs_only_itself(folder: Path) -> None:
    with serve(folder) as first:
        kept = first.client().v1.customers.create({"name": "Sam"})
    with (folder / "pay.jsonl").open("a", encoding="utf-8") as journal:
        journal.write('{"account":"acct_1","record":{"id":"cus_')
    with serve(folder) as second:
        assert [one.id for one in second.client().v1.customers.list().data] == [kept.id]
        fresh = second.client().v1.customers.create()
    with serve(folder) as third:
        assert [one.id for one in third.client().v1.customers.list().data] == [fresh.id, kept.id]


def test_old_events_and_keys_are_dropped_at_the_start(folder: Path) -> None:
    with serve(folder) as first:
        first.client().v1.customers.create()
        first.control("clock", advance=31 * 86400)
    with serve(folder) as second:
        assert second.client().v1.events.list().data == []
        assert "idempotent_answer" not in (folder / "pay.jsonl").read_text(encoding="utf-8")
        assert len(second.client().v1.customers.list().data) == 1


def test_no_card_number_is_ever_written(folder: Path) -> None:
    with serve(folder) as running:
        browser = running.browser()
        for card in CARDS:
            made = browser.v1.payment_methods.create(card_data(card.name))
            assert made.card.last4 == card.number[-4:]
        answer = running.raw("GET", "/v1/payment_methods/4242424242424242")
        assert answer.status_code == 404
        running.raw("POST", "/v1/payment_methods/4242424242424242/attach", data={"customer": "cus_1"})
        running.raw("POST", "/v1/setup_intents", data={"usage": "4242424242424242"})
        text = (folder / "pay.jsonl").read_text(encoding="utf-8")
        assert len(text.splitlines()) > len(CARDS)
        assert [card.number for card in CARDS if card.number in text] == []
        assert '"cvc":' not in text
    for line in text.splitlines():
        json.loads(line)
