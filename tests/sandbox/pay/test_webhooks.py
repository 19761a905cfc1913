import socket
import time
from typing import Any

import pytest
import stripe

from sandbox.pay import deliver
from tests.sandbox.pay.forms import RETURN, confirm_in_browser, save
from tests.sandbox.pay.receiver import SECRET, Receiver
from tests.sandbox.pay.service import Running, serve

ACME = "acct_1SandboxAcme"


def test_signed_and_told_in_order(
    pay: Running, receiver: Receiver, client: stripe.StripeClient, customer: stripe.Customer
) -> None:
    method = save(pay, customer.id)
    client.v1.payment_methods.update(method, {"metadata": {"a": "1"}})
    client.v1.payment_methods.detach(method)
    types = [
        "customer.created",
        "setup_intent.created",
        "payment_method.attached",
        "setup_intent.succeeded",
        "payment_method.updated",
        "payment_method.detached",
    ]
    events = receiver.wait_for(*types)
    assert [event.type for event in events] == types
    detached = events[-1]
    assert detached.data.object.customer is None
    assert detached.data.previous_attributes["customer"] == customer.id
    assert events[4].data.previous_attributes.to_dict() == {"metadata": {}}
    assert detached.request.id.startswith("req_")
    assert detached.request.idempotency_key
    assert detached.api_version == stripe.api_version


def test_the_body_is_pretty_and_a_changed_one_fails(
    pay: Running, receiver: Receiver, customer: stripe.Customer
) -> None:
    receiver.wait_for("customer.created")
    message = receiver.messages[0]
    assert message.host == f"platform.localhost:{receiver.server_port}"
    assert b'\n  "id"' in message.body
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(message.body + b" ", message.signature, SECRET)
    with pytest.raises(stripe.SignatureVerificationError):
        message.event("whsec_other")


def test_several_secrets_and_old_signatures() -> None:
    body = b'{"id": "evt_1", "object": "event"}'
    now = int(time.time())
    header = deliver.sign(body, ["whsec_new", "whsec_old"], now)
    assert header.count("v1=") == 2
    for secret in ("whsec_new", "whsec_old"):
        assert stripe.Webhook.construct_event(body, header, secret).id == "evt_1"
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, deliver.sign(body, ["whsec_new"], now - 400), "whsec_new")


def test_old_signature_on_demand(pay: Running, receiver: Receiver, client: stripe.StripeClient) -> None:
    pay.control("webhooks", signature_age=400)
    client.v1.customers.create()
    deadline = time.monotonic() + 20
    while not receiver.messages and time.monotonic() < deadline:
        time.sleep(0.01)
    with pytest.raises(stripe.SignatureVerificationError):
        receiver.messages[0].event()


def test_rolled_secret(pay: Running, receiver: Receiver, client: stripe.StripeClient) -> None:
    pay.control("webhooks/roll", secret="whsec_rolled")
    client.v1.customers.create()
    receiver.wait_for("customer.created")
    assert receiver.messages[0].event("whsec_rolled").type == "customer.created"


def test_tried_again_until_it_is_taken(pay: Running, receiver: Receiver, client: stripe.StripeClient) -> None:
    receiver.answers[:] = [500, 302]
    made = client.v1.customers.create()
    receiver.wait_for("customer.created", "customer.created", "customer.created")
    ids = {message.event().id for message in receiver.messages}
    assert len(ids) == 1
    attempts = pay.session.get(f"http://pay.localhost:{pay.port}/control/deliveries", timeout=30).json()
    assert [attempt["outcome"] for attempt in attempts[::-1]] == [500, 302, 200]
    event = client.v1.events.retrieve(ids.pop())
    assert (event.pending_webhooks, event.data.object.id) == (0, made.id)


def test_late(pay: Running, receiver: Receiver, client: stripe.StripeClient) -> None:
    pay.control("webhooks", delay_ms=300)
    began = time.monotonic()
    client.v1.customers.create()
    receiver.wait_for("customer.created")
    assert time.monotonic() - began >= 0.3


def test_twice(pay: Running, receiver: Receiver, client: stripe.StripeClient) -> None:
    pay.control("webhooks", duplicate=1)
    client.v1.customers.create()
    first, second = receiver.wait_for("customer.created", "customer.created")
    assert first.id == second.id


def test_out_of_order(pay: Running, receiver: Receiver, client: stripe.StripeClient, customer: stripe.Customer) -> None:
    pay.control("webhooks", reorder=True)
    client.v1.setup_intents.create(
        {
            "customer": customer.id,
            "payment_method": "pm_card_visa",
            "confirm": True,
            "return_url": RETURN,
        }
    )
    types = ["setup_intent.succeeded", "payment_method.attached", "setup_intent.created"]
    assert [event.type for event in receiver.wait_for(*types)] == types


def test_lost_and_sent_again(pay: Running, receiver: Receiver, client: stripe.StripeClient) -> None:
    pay.control("webhooks", drop=1)
    client.v1.customers.create()
    client.v1.setup_intents.create()
    receiver.wait_for("setup_intent.created")
    lost = client.v1.events.list({"type": "customer.*", "delivery_success": False}).data[0]
    assert [message.event().type for message in receiver.messages] == ["setup_intent.created"]
    pay.control("webhooks/resend", event=lost.id, copies=2)
    first, second = receiver.wait_for("customer.created", "customer.created")
    assert first.id == second.id == lost.id


def test_events_of_connected_accounts(pay: Running, receiver: Receiver) -> None:
    there = pay.client(account=ACME)
    intent = there.v1.setup_intents.create({"customer": there.v1.customers.create().id})
    confirm_in_browser(pay, intent, account=ACME)
    events = receiver.wait_for("setup_intent.succeeded")
    assert events[0].account == ACME
    assert there.v1.events.retrieve(events[0].id).type == "setup_intent.succeeded"
    assert pay.client().v1.events.list({"type": "setup_intent.succeeded"}).data == []


def test_own_endpoints(pay: Running, receiver: Receiver, client: stripe.StripeClient) -> None:
    made = client.v1.webhook_endpoints.create({"url": f"{receiver.url}&own=1", "enabled_events": ["customer.created"]})
    others = client.v1.webhook_endpoints.create(
        {"url": f"{receiver.url}&others=1", "enabled_events": ["*"], "connect": True}
    )
    assert made.secret is not None
    assert made.secret.startswith("whsec_")
    assert "secret" not in client.v1.webhook_endpoints.retrieve(made.id)
    client.v1.webhook_endpoints.update(others.id, {"disabled": True})
    assert client.v1.webhook_endpoints.retrieve(others.id).status == "disabled"
    event = client.v1.customers.create()
    kept = client.v1.events.list({"type": "customer.created"}).data[0]
    assert kept.data.object.id == event.id
    deadline = time.monotonic() + 20
    while len(receiver.messages) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    secrets = []
    for message in receiver.messages:
        for secret in (SECRET, made.secret):
            try:
                secrets.append((secret, message.event(secret).id))
            except stripe.SignatureVerificationError:
                continue
    assert sorted(secrets) == sorted([(SECRET, kept.id), (made.secret, kept.id)])
    assert len(client.v1.webhook_endpoints.list().data) == 3


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"enabled_events": ""}, "enabled_events"),
        ({"api_version": "2020-08-27"}, "api_version"),
        ({"url": "platform"}, "url"),
        ({"url": "ftp://127.0.0.1/"}, "url"),
        ({"url": "http://127.0.0.1:99999/"}, "url"),
    ],
)
def test_wrong_endpoints(client: stripe.StripeClient, change: Any, param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/", "enabled_events": ["*"], **change})
    assert refused.value.param == param


def test_an_endpoint_that_never_answers_holds_nobody_up(
    pay: Running, receiver: Receiver, client: stripe.StripeClient
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}/"
        client.v1.webhook_endpoints.create({"url": url, "enabled_events": ["*"]})
        client.v1.customers.create()
        receiver.wait_for("customer.created", seconds=deliver.TIMEOUT / 2)
        client.v1.customers.create()
        receiver.wait_for("customer.created", "customer.created", seconds=deliver.TIMEOUT / 2)


def test_changes_by_the_bank_name_no_request(
    pay: Running, receiver: Receiver, client: stripe.StripeClient, customer: stripe.Customer
) -> None:
    method = save(pay, customer.id)
    before = client.v1.payment_methods.retrieve(method)
    pay.control("cards/renew", payment_method=method, exp_month=5)
    event = receiver.wait_for("payment_method.automatically_updated")[0]
    assert (event.request.id, event.request.idempotency_key) == (None, None)
    assert event.data.object.card.exp_month == 5
    assert event.data.previous_attributes["card"].to_dict() == {
        "exp_month": before.card.exp_month,
        "exp_year": before.card.exp_year,
    }
    pay.control("cards/renew", payment_method=method, card="mastercard")
    after = client.v1.payment_methods.retrieve(method)
    assert (after.card.last4, after.card.brand) == ("4444", "mastercard")
    assert after.card.fingerprint != before.card.fingerprint
    pay.control("cards/detach", payment_method=method)
    gone = receiver.wait_for("payment_method.detached")[0]
    assert gone.request.id is None


def test_by_several_types(client: stripe.StripeClient, customer: stripe.Customer) -> None:
    client.v1.setup_intents.create()
    client.v1.customers.update(customer.id, {"name": "Priya"})
    found = client.v1.events.list({"types": ["customer.created", "customer.updated"]}).data
    assert [event.type for event in found] == ["customer.updated", "customer.created"]
    assert found[0].data.previous_attributes.to_dict() == {"name": "Sam Okafor"}


def test_what_was_not_delivered_goes_out_after_a_restart(folder: Any, receiver: Receiver) -> None:
    receiver.forget()
    with serve(folder) as first:
        made = first.client().v1.customers.create()
    with serve(folder, webhook_url=receiver.url):
        event = receiver.wait_for("customer.created")[0]
    assert event.data.object.id == made.id
