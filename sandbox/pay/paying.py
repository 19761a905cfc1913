"""Confirming, capturing and canceling a PaymentIntent: what the bank says, and what follows from it."""

from typing import Any

from sandbox.pay.call import Call
from sandbox.pay.cards import BY_NAME
from sandbox.pay.charges import record_charge
from sandbox.pay.errors import invalid, refused, unexpected_state
from sandbox.pay.events import tell
from sandbox.pay.intents import MOST_TRIES, check_return_url, options, question, to_confirm
from sandbox.pay.issuer import AUTHENTICATION_REQUIRED, Question, Verdict, ask, error
from sandbox.pay.jobs import later
from sandbox.pay.metadata import merged
from sandbox.pay.refunding import release
from sandbox.pay.render import render
from sandbox.pay.settling import captured
from sandbox.pay.store import Record
from sandbox.pay.wallet import attach, card_error, note_checks, spend
from sandbox.pay.windows import close_window, open_window
from sandbox.pay.work import Work

_SENT_AT_CONFIRM = ("setup_future_usage", "capture_method", "receipt_email", "shipping")
_NOT_FROM_BROWSERS = ("off_session", "capture_method", "mandate")
_CHALLENGE_FAILED = "The bank could not make sure that it was you. Try again, or use another card."


def carry_out(call: Call, intent: Record) -> None:
    """Confirm `intent`; raise the bank's 402 when it declines (the intent can then be confirmed again)."""
    params, work = call.params, call.work
    _check_sent(call)
    method = to_confirm(call, intent)
    off_session = bool(params.get("off_session"))
    check_return_url(call, intent, off_session=off_session)
    _count_try(work, intent)
    close_window(work, intent)
    passed = intent["_passed"] == method["id"]
    intent.update(payment_method=method["id"], last_payment_error=None, _off_session=off_session, _passed=None)
    intent["payment_method_options"] = options(call, intent["payment_method_options"])
    intent.update({name: params[name] for name in _SENT_AT_CONFIRM if name in params})
    asked = Question(setup=False, off_session=off_session, passed_challenge=passed, **question(intent, method))
    verdict = ask(BY_NAME[method["_card"]], asked)
    if verdict.challenge and params.get("error_on_requires_action"):
        _refuse_challenge(work, intent, method)
    if verdict.challenge:
        _wait(call, intent, method)
        return
    settle(work, intent, method, verdict)
    if verdict.decline is not None:
        _raise(error(verdict.decline), intent, method)


def _check_sent(call: Call) -> None:
    if call.publishable:
        for name in _NOT_FROM_BROWSERS:
            if name in call.params:
                raise invalid(f"{name} needs a secret key.", param=name)
    if "mandate" in call.params:
        call.work.find("mandate", call.params["mandate"], param="mandate")


def settle(work: Work, intent: Record, method: Record, verdict: Verdict) -> None:
    """Bring the bank's last word into the intent, with the charge that belongs to it."""
    if verdict.decline is None:
        note_checks(work, method)
    charge = record_charge(work, intent, method, verdict)
    if verdict.decline is not None:
        tell(work, "charge.failed", charge)
        members = {**error(verdict.decline), "charge": charge["id"], "payment_method": render(method)}
        fail(work, intent, members)
        return
    close_window(work, intent, "succeeded")
    tell(work, "charge.succeeded", charge)
    _keep_or_spend(work, intent, method)
    if intent["capture_method"] == "manual":
        _hold(work, intent, charge)
    else:
        intent.update(status="succeeded", amount_received=intent["amount"])
        work.put(intent)
        tell(work, "payment_intent.succeeded", intent)
        captured(work, intent, charge)


def fail(work: Work, intent: Record, members: Record) -> None:
    """Bring a failure into the intent: it is back at the start, with `members` as its last error."""
    close_window(work, intent)
    intent.update(status="requires_payment_method", payment_method=None, last_payment_error=members)
    work.put(intent)
    tell(work, "payment_intent.payment_failed", intent)


def fail_challenge(work: Work, intent: Record, method: Record) -> None:
    """Bring a challenge that was failed or left into the intent; there is no charge."""
    members: Record = {
        "type": "invalid_request_error",
        "code": "payment_intent_authentication_failure",
        "message": _CHALLENGE_FAILED,
        "payment_method": render(method),
    }
    fail(work, intent, members)


def pass_challenge(work: Work, intent: Record, method: Record) -> None:
    """Ask the bank again, now that it knows the person; with manual confirmation the server does that."""
    if intent["confirmation_method"] == "manual":
        close_window(work, intent, "succeeded")
        intent.update(status="requires_confirmation", _passed=method["id"])
        work.put(intent)
        return
    asked = Question(setup=False, passed_challenge=True, **question(intent, method))
    settle(work, intent, method, ask(BY_NAME[method["_card"]], asked))


def capture(work: Work, intent: Record, params: dict[str, Any]) -> None:
    """Take the authorised money, or a part; the rest is released."""
    held: int = intent["amount_capturable"]
    amount = params.get("amount_to_capture", held)
    if not 0 < amount <= held:
        raise refused("That is more than was authorised, or nothing.", param="amount_to_capture")
    charge = work.find("charge", intent["latest_charge"])
    if "application_fee_amount" in params:
        intent["application_fee_amount"] = params["application_fee_amount"]
        charge["application_fee_amount"] = params["application_fee_amount"]
    sent = (params.get("transfer_data") or {}).get("amount")
    if sent is not None and charge["transfer_data"]:
        charge["transfer_data"] = {**charge["transfer_data"], "amount": sent}
    intent["metadata"] = merged(intent["metadata"], params)
    charge.update(captured=True, amount_captured=amount)
    intent.update(status="succeeded", amount_capturable=0, amount_received=amount)
    work.put(charge)
    work.put(intent)
    tell(work, "charge.captured", charge)
    tell(work, "payment_intent.succeeded", intent)
    captured(work, intent, charge)


def cancel(work: Work, intent: Record, reason: str | None) -> None:
    """Cancel the intent for good; what was authorised is released."""
    held = intent["status"] == "requires_capture"
    close_window(work, intent)
    intent.update(status="canceled", canceled_at=work.now, cancellation_reason=reason, amount_capturable=0)
    work.put(intent)
    if held:
        release(work, work.find("charge", intent["latest_charge"]), expired=reason == "expired")
    tell(work, "payment_intent.canceled", intent)


def expire_authorisation(work: Work, intent_id: str) -> None:
    """Cancel an intent whose authorised money was not taken in time."""
    intent = work.find("payment_intent", intent_id)
    if intent["status"] == "requires_capture":
        cancel(work, intent, "expired")


def _hold(work: Work, intent: Record, charge: Record) -> None:
    intent.update(status="requires_capture", amount_capturable=intent["amount"])
    work.put(intent)
    until = charge["payment_method_details"]["card"]["capture_before"]
    later(work, "expire_authorisation", intent["id"], until - work.now)
    tell(work, "payment_intent.amount_capturable_updated", intent)


def _wait(call: Call, intent: Record, method: Record) -> None:
    work = call.work
    intent["status"] = "requires_action"
    intent["next_action"] = open_window(work, intent, method, call.params, publishable=call.publishable)
    work.put(intent)
    tell(work, "payment_intent.requires_action", intent)


def _refuse_challenge(work: Work, intent: Record, method: Record) -> None:
    members = error(AUTHENTICATION_REQUIRED)
    fail(work, intent, {**members, "payment_method": render(method)})
    _raise(members, intent, method)


def _raise(members: Record, intent: Record, method: Record) -> None:
    refusal = card_error(members)
    refusal.error.update(payment_intent=intent, payment_method=method)
    last = intent["last_payment_error"] or {}
    if "charge" in last:
        refusal.error["charge"] = last["charge"]
    raise refusal


def _keep_or_spend(work: Work, intent: Record, method: Record) -> None:
    if intent["setup_future_usage"] and intent["customer"]:
        method["_set_up"] = method["_set_up"] or intent["setup_future_usage"] == "off_session"
        work.put(method)
        attach(work, method, intent["customer"])
    else:
        spend(work, method)


def _count_try(work: Work, intent: Record) -> None:
    intent["_tries"] += 1
    if intent["_tries"] > MOST_TRIES:
        cancel(work, intent, "automatic")
        raise unexpected_state(intent, "This payment_intent was confirmed too often and is now canceled.")
