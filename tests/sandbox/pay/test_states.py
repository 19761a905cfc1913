"""Random calls never take an intent where its table does not lead, and never lose or invent money."""

from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.pay import jobs
from sandbox.pay.call import Call
from sandbox.pay.challenge import complete, fail
from sandbox.pay.errors import ApiError
from sandbox.pay.furnish import furnish
from sandbox.pay.later import VERBS
from sandbox.pay.payments import cancel_by_caller as cancel_payment
from sandbox.pay.payments import capture_by_caller
from sandbox.pay.payments import confirm as confirm_payment
from sandbox.pay.payments import create as create_payment
from sandbox.pay.refunds import create as create_refund
from sandbox.pay.setups import cancel_by_caller as cancel_setup
from sandbox.pay.setups import confirm as confirm_setup
from sandbox.pay.setups import create as create_setup
from sandbox.pay.setups import update as update_setup
from sandbox.pay.state import State
from tests.sandbox import world as worlds

SETUP = {
    "requires_payment_method": {"requires_confirmation", "requires_action", "succeeded", "canceled"},
    "requires_confirmation": {"requires_payment_method", "requires_action", "succeeded", "canceled"},
    "requires_action": {"requires_payment_method", "requires_confirmation", "succeeded", "canceled"},
    "succeeded": set(),
    "canceled": set(),
}
AFTER_CONFIRMATION = {"requires_action", "requires_capture", "succeeded", "canceled"}
PAYMENT = {
    "requires_payment_method": AFTER_CONFIRMATION | {"requires_confirmation"},
    "requires_confirmation": AFTER_CONFIRMATION | {"requires_payment_method"},
    "requires_action": AFTER_CONFIRMATION | {"requires_payment_method", "requires_confirmation"},
    "requires_capture": {"succeeded", "canceled"},
    "succeeded": set(),
    "canceled": set(),
}
METHODS = st.sampled_from(
    [
        "pm_card_visa",
        "pm_card_visa_chargeDeclined",
        "pm_card_authenticationRequired",
        "pm_card_threeDSecureRequiredChargeDeclined",
        "pm_card_refundFail",
    ]
)
ACME = "acct_1SandboxAcme"


class Bench:
    """A service without its HTTP side."""

    def __init__(self) -> None:
        self.state = State(worlds.world(1), Path(mkdtemp()))
        furnish(self.state)

    def call(self, verb: Callable[[Call], Any], object_id: str = "", **params: Any) -> Any:
        """Return the object, or None when the call was refused."""
        with self.state.work() as work:
            try:
                return verb(Call(work, params, {"id": object_id}))
            except ApiError:
                return None

    def find(self, name: str, object_id: str) -> Any:
        with self.state.work() as work:
            return work.find(name, object_id)

    def answer(self, name: str, object_id: str, verb: Callable[[State, str], None]) -> None:
        window = self.find(name, object_id)["_window"]
        if window:
            verb(self.state, window)


def steps(*names: str) -> st.SearchStrategy[list[tuple[str, str]]]:
    return st.lists(st.tuples(st.sampled_from(names), METHODS), max_size=8)


BENCH = Bench()


@settings(max_examples=40, deadline=None)
@given(steps("confirm", "update", "cancel", "complete", "fail"))
def test_setup_intents(story: list[tuple[str, str]]) -> None:
    intent = BENCH.call(create_setup)
    status = intent["status"]
    for step, method in story:
        if step == "confirm":
            BENCH.call(confirm_setup, intent["id"], payment_method=method, return_url="http://x/")
        elif step == "update":
            BENCH.call(update_setup, intent["id"], payment_method=method)
        elif step == "cancel":
            BENCH.call(cancel_setup, intent["id"])
        else:
            BENCH.answer("setup_intent", intent["id"], complete if step == "complete" else fail)
        after = BENCH.find("setup_intent", intent["id"])
        assert after["status"] == status or after["status"] in SETUP[status]
        assert (after["next_action"] is not None) == (after["status"] == "requires_action")
        assert (after["payment_method"] is None) <= (after["status"] in ("requires_payment_method", "canceled"))
        status = after["status"]


@settings(max_examples=40, deadline=None)
@given(
    steps("confirm", "cancel", "complete", "fail", "capture", "refund", "wait"),
    st.sampled_from(["automatic", "automatic_async", "manual"]),
    st.integers(min_value=50, max_value=5000),
    st.booleans(),
)
def test_payment_intents(story: list[tuple[str, str]], how: str, amount: int, seller: bool) -> None:  # noqa: FBT001
    extra: dict[str, Any] = (
        {"transfer_data": {"destination": ACME}, "application_fee_amount": amount // 7} if seller else {}
    )
    intent = BENCH.call(create_payment, amount=amount, currency="gbp", capture_method=how, **extra)
    status = intent["status"]
    for number, (step, method) in enumerate(story):
        if step == "confirm":
            BENCH.call(confirm_payment, intent["id"], payment_method=method, return_url="http://x/")
        elif step == "cancel":
            BENCH.call(cancel_payment, intent["id"])
        elif step == "capture":
            BENCH.call(capture_by_caller, intent["id"], amount_to_capture=amount - number)
        elif step == "refund":
            BENCH.call(
                create_refund,
                payment_intent=intent["id"],
                amount=amount // 3,
                reverse_transfer=seller,
                refund_application_fee=seller,
            )
        elif step == "wait":
            BENCH.state.move_clock(10)
            jobs.run_due(BENCH.state, VERBS)
        else:
            BENCH.answer("payment_intent", intent["id"], complete if step == "complete" else fail)
        after = BENCH.find("payment_intent", intent["id"])
        assert after["status"] == status or after["status"] in PAYMENT[status]
        status = after["status"]
        check_money(after)


def check_money(intent: Any) -> None:
    """Compare what the intent, its charges, refunds, transfers and fees say of the money."""
    with BENCH.state.work() as work:
        charges = [charge for charge in work.every("charge") if charge["payment_intent"] == intent["id"]]
        captured = sum(charge["amount_captured"] for charge in charges)
        assert captured == intent["amount_received"]
        assert intent["amount_capturable"] == (intent["amount"] if intent["status"] == "requires_capture" else 0)
        for charge in charges:
            refunds = [refund for refund in work.every("refund") if refund["charge"] == charge["id"]]
            given = sum(refund["amount"] for refund in refunds if refund["status"] in ("pending", "succeeded"))
            assert charge["amount_refunded"] == given
            assert given <= max(charge["amount_captured"], 0 if charge["captured"] else charge["amount"])
            if charge["transfer"]:
                transfer = work.find("transfer", charge["transfer"])
                fee = work.look("application_fee", charge["application_fee"] or "")
                assert 0 <= transfer["amount_reversed"] <= transfer["amount"] == charge["amount_captured"]
                assert fee is None or 0 <= fee["amount_refunded"] <= fee["amount"] <= transfer["amount"]
                assert transfer["amount_reversed"] == sum(entry["amount"] for entry in transfer["reversals"]["data"])
