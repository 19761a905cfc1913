import threading

import pytest
import stripe

from tests.sandbox.pay.forms import RETURN
from tests.sandbox.pay.service import Running


def test_a_replay_is_the_first_answer(pay: Running, client: stripe.StripeClient) -> None:
    def post() -> tuple[str, str | None]:
        answer = pay.raw("POST", "/v1/customers", data={"name": "Sam"}, headers={"Idempotency-Key": "k1"})
        return answer.text, answer.headers.get("Idempotent-Replayed")

    first, second = post(), post()
    assert first[0] == second[0]
    assert (first[1], second[1]) == (None, "true")
    assert len(client.v1.customers.list().data) == 1
    assert len(client.v1.events.list().data) == 1


def test_a_decline_is_replayed(client: stripe.StripeClient, customer: stripe.Customer) -> None:
    for _ in range(2):
        with pytest.raises(stripe.CardError) as refused:
            client.v1.setup_intents.create(
                {
                    "customer": customer.id,
                    "payment_method": "pm_card_visa_chargeDeclined",
                    "confirm": True,
                    "return_url": RETURN,
                },
                {"idempotency_key": "declined"},
            )
        assert refused.value.http_status == 402
    assert len(client.v1.setup_intents.list().data) == 1


@pytest.mark.parametrize(
    ("path", "data"), [("customers", {"name": "Priya"}), ("setup_intents", {"description": "Sam"})]
)
def test_another_request_with_the_same_key(pay: Running, path: str, data: dict[str, str]) -> None:
    headers = {"Idempotency-Key": "k2"}
    pay.raw("POST", "/v1/customers", data={"name": "Sam"}, headers=headers)
    answer = pay.raw("POST", f"/v1/{path}", data=data, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "idempotency_error"
    same = pay.raw("POST", "/v1/customers", data={"name": "Sam"}, headers=headers)
    assert same.headers["Idempotent-Replayed"] == "true"


def test_the_sdk_knows_the_error(client: stripe.StripeClient) -> None:
    client.v1.customers.create({"name": "Sam"}, {"idempotency_key": "k3"})
    with pytest.raises(stripe.IdempotencyError):
        client.v1.customers.create({"name": "Priya"}, {"idempotency_key": "k3"})


def test_refused_parameters_are_not_kept(pay: Running) -> None:
    headers = {"Idempotency-Key": "k4"}
    assert pay.raw("POST", "/v1/customers", data={"x": "1"}, headers=headers).status_code == 400
    assert pay.raw("POST", "/v1/payment_intents", data={"amount": "1"}, headers=headers).status_code == 400
    assert pay.raw("POST", "/v1/customers", data={"name": "Sam"}, headers=headers).status_code == 200


def test_keys_belong_to_an_account(pay: Running, client: stripe.StripeClient) -> None:
    here = client.v1.customers.create({"name": "Sam"}, {"idempotency_key": "k5"})
    there = pay.client(account="acct_1SandboxAcme").v1.customers.create({"name": "Sam"}, {"idempotency_key": "k5"})
    assert here.id != there.id


def test_a_key_in_flight_is_a_conflict(pay: Running) -> None:
    pay.control("faults", kind="slow", milliseconds=1000, calls=1)
    statuses: list[int] = []

    def post() -> None:
        answer = pay.raw("POST", "/v1/customers", headers={"Idempotency-Key": "k6"})
        statuses.append(answer.status_code)

    slow = threading.Thread(target=post)
    slow.start()
    while pay.service.state.faults.active():
        pass
    answer = pay.raw("POST", "/v1/customers", headers={"Idempotency-Key": "k6"})
    slow.join()
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "idempotency_key_in_use"
    assert statuses == [200]


def test_keys_are_forgotten_after_a_day(pay: Running, client: stripe.StripeClient) -> None:
    first = client.v1.customers.create({"name": "Sam"}, {"idempotency_key": "k7"})
    pay.control("clock", advance=86400)
    assert client.v1.customers.create({"name": "Sam"}, {"idempotency_key": "k7"}).id != first.id


def test_gets_ignore_keys_and_long_keys_are_refused(pay: Running, customer: stripe.Customer) -> None:
    headers = {"Idempotency-Key": "k8"}
    pay.raw("GET", "/v1/customers", headers=headers)
    other = pay.raw("GET", f"/v1/customers/{customer.id}", headers=headers)
    assert other.status_code == 200
    assert "Idempotent-Replayed" not in other.headers
    assert pay.raw("POST", "/v1/customers", headers={"Idempotency-Key": "k" * 256}).status_code == 400
