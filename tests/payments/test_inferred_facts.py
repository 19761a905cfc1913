"""What we believe about Stripe without having seen it: a run with STRIPE_TEST_KEY settles each of these.

The sandbox behaves as we believe. A test that passes there and fails on Stripe's test mode names what to change
in the sandbox; nothing in the gateway may depend on it before.
"""

from uuid import uuid4

import pytest
import stripe

from tests.payments.bench import StripeBench

DECLINES = [
    ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
    ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
    ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
    ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
    ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
    ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error"),
    ("pm_card_visa_chargeDeclinedVelocityLimitExceeded", "card_declined", "card_velocity_exceeded"),
]
CHALLENGED = [
    "pm_card_authenticationRequiredOnSetup",
    "pm_card_authenticationRequired",
    "pm_card_authenticationRequiredSetupForOffSession",
    "pm_card_threeDSecure2Required",
    "pm_card_threeDSecureRequired",
]


@pytest.fixture
def customer(bench: StripeBench) -> str:
    return bench.sdk.v1.customers.create({}, bench.options).id


@pytest.fixture
def setup(bench: StripeBench, customer: str) -> str:
    return start(bench, customer).id


def start(bench: StripeBench, customer: str) -> stripe.SetupIntent:
    return bench.sdk.v1.setup_intents.create(
        {"customer": customer, "allowed_payment_method_types": ["card"]}, bench.options
    )


def saved(bench: StripeBench, customer: str, method: str = "pm_card_visa") -> str:
    intent = bench.confirm(start(bench, customer).id, method)
    assert isinstance(intent.payment_method, str)
    return intent.payment_method


def refused(call, *args) -> stripe.StripeError:
    with pytest.raises(stripe.StripeError) as refusal:
        call(*args)
    return refusal.value


@pytest.mark.parametrize(("method", "code", "bank"), DECLINES)
def test_fact_a_declining_card_answers_402_and_the_setup_stays_usable(bench, setup, method, code, bank):
    refusal = refused(bench.confirm, setup, method)
    assert (refusal.http_status, refusal.code, refusal.error.decline_code) == (402, code, bank)
    intent = bench.sdk.v1.setup_intents.retrieve(setup, None, bench.options)
    assert (intent.status, intent.payment_method) == ("requires_payment_method", None)
    assert intent.last_setup_error.code == code
    assert bench.confirm(setup, "pm_card_visa").status == "succeeded"


@pytest.mark.parametrize("method", CHALLENGED)
def test_fact_which_cards_ask_for_a_challenge_at_setup(bench, setup, method):
    intent = bench.confirm(setup, method)
    assert intent.status == "requires_action"
    assert intent.next_action.type == "redirect_to_url"


def test_fact_an_open_challenge_can_be_left_for_another_card(bench, setup):
    bench.confirm(setup, "pm_card_authenticationRequired")
    assert bench.confirm(setup, "pm_card_visa").status == "succeeded"


@pytest.mark.parametrize("method", ["pm_card_chargeCustomerFail", "pm_card_visa_debit", "pm_card_amex"])
def test_fact_which_cards_are_set_up_without_a_question(bench, setup, method):
    assert bench.confirm(setup, method).status == "succeeded"


def test_fact_a_finished_setup_refuses_a_confirm_and_shows_itself_in_the_error(bench, setup):
    bench.confirm(setup, "pm_card_visa")
    refusal = refused(bench.confirm, setup, "pm_card_visa")
    assert (refusal.http_status, refusal.code) == (400, "setup_intent_unexpected_state")
    assert refusal.error.setup_intent.id == setup


def test_fact_a_setup_without_mandate_data_has_no_mandate(bench, setup):
    assert bench.confirm(setup, "pm_card_visa").mandate is None


def test_fact_detaching_twice_is_400(bench, customer):
    method = saved(bench, customer)
    bench.sdk.v1.payment_methods.detach(method, None, bench.options)
    assert refused(bench.sdk.v1.payment_methods.detach, method, None, bench.options).http_status == 400


def test_fact_a_detached_card_cannot_be_attached_to_its_customer_again(bench, customer):
    method = saved(bench, customer)
    bench.sdk.v1.payment_methods.detach(method, None, bench.options)
    refusal = refused(bench.sdk.v1.payment_methods.attach, method, {"customer": customer}, bench.options)
    assert refusal.http_status == 400


def test_fact_attaching_to_the_same_customer_again_changes_nothing(bench, customer):
    method = saved(bench, customer)
    again = bench.sdk.v1.payment_methods.attach(method, {"customer": customer}, bench.options)
    assert (again.id, again.customer) == (method, customer)


def test_fact_attaching_to_a_second_customer_is_400(bench, customer):
    method = saved(bench, customer)
    other = bench.sdk.v1.customers.create({}, bench.options).id
    refusal = refused(bench.sdk.v1.payment_methods.attach, method, {"customer": other}, bench.options)
    assert (refusal.http_status, type(refusal)) == (400, stripe.InvalidRequestError)


def test_fact_attaching_a_declining_card_is_402(bench, customer):
    attach = bench.sdk.v1.payment_methods.attach
    refusal = refused(attach, "pm_card_visa_chargeDeclined", {"customer": customer}, bench.options)
    assert (refusal.http_status, refusal.code) == (402, "card_declined")


def test_fact_a_fingerprint_belongs_to_the_number_whatever_the_customer(bench, customer):
    other = bench.sdk.v1.customers.create({}, bench.options).id
    prints = {
        bench.sdk.v1.payment_methods.retrieve(saved(bench, whose), None, bench.options).card.fingerprint
        for whose in (customer, other)
    }
    assert len(prints) == 1


def test_fact_a_deleted_customer_answers_a_stub_and_its_cards_are_detached(bench, customer):
    method = saved(bench, customer)
    bench.delete_payer(customer)
    stub = bench.sdk.v1.customers.retrieve(customer, None, bench.options)
    assert stub.deleted
    assert bench.sdk.v1.payment_methods.retrieve(method, None, bench.options).customer is None


def test_fact_an_unknown_id_is_404_in_the_path_and_400_in_the_body(bench):
    unknown = bench.unknown("payer")
    in_path = refused(bench.sdk.v1.customers.retrieve, unknown, None, bench.options)
    in_body = refused(bench.sdk.v1.setup_intents.create, {"customer": unknown}, bench.options)
    assert (in_path.http_status, in_path.code) == (404, "resource_missing")
    assert (in_body.http_status, in_body.code) == (400, "resource_missing")


def test_fact_an_unknown_parameter_is_400(bench):
    refusal = refused(bench.sdk.v1.customers.create, {"shoe_size": "42"}, bench.options)
    assert (refusal.http_status, refusal.code, refusal.param) == (400, "parameter_unknown", "shoe_size")


@pytest.mark.parametrize("metadata", [{f"key{n}": "x" for n in range(51)}, {"k" * 41: "x"}, {"key": "x" * 501}])
def test_fact_metadata_has_limits(bench, metadata):
    assert refused(bench.sdk.v1.customers.create, {"metadata": metadata}, bench.options).http_status == 400


def test_fact_an_unknown_path_to_expand_is_400(bench, customer):
    retrieve = bench.sdk.v1.customers.retrieve
    assert refused(retrieve, customer, {"expand": ["shoes"]}, bench.options).http_status == 400


def test_fact_a_list_goes_one_way_only(bench, customer):
    both = {"starting_after": customer, "ending_before": customer}
    assert refused(bench.sdk.v1.customers.list, both, bench.options).http_status == 400


def test_fact_the_same_key_with_other_parameters_is_refused(bench):
    options = {**bench.options, "idempotency_key": str(uuid4())}
    bench.sdk.v1.customers.create({"name": "one"}, options)
    refusal = refused(bench.sdk.v1.customers.create, {"name": "other"}, options)
    assert (refusal.http_status, type(refusal)) == (400, stripe.IdempotencyError)


def test_fact_a_replay_says_that_it_is_one(bench):
    options = {**bench.options, "idempotency_key": str(uuid4())}
    answers = [bench.sdk.v1.customers.create({}, options).last_response for _ in range(2)]
    assert ["idempotent-replayed" in answer.headers for answer in answers] == [False, True]


def test_fact_the_version_is_echoed(bench, customer):
    answer = bench.sdk.v1.customers.retrieve(customer, None, bench.options).last_response
    assert answer.headers["stripe-version"] == "2026-10-28.endive"


def test_fact_a_detached_event_names_the_customer_it_left(bench, customer):
    method = saved(bench, customer)
    bench.sdk.v1.payment_methods.detach(method, None, bench.options)
    events = bench.sdk.v1.events.list({"type": "payment_method.detached", "limit": 20}, bench.options).data
    event = next(event for event in events if event.data.object["id"] == method)
    assert event.data.object["customer"] is None
    assert event.data.previous_attributes["customer"] == customer


def test_fact_a_card_past_its_expiry_cannot_be_given_by_an_update(bench, customer):
    method = saved(bench, customer)
    past = {"card": {"exp_month": 1, "exp_year": 2020}}
    refusal = refused(bench.sdk.v1.payment_methods.update, method, past, bench.options)
    assert refusal.http_status in (400, 402)
