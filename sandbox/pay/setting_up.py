"""Confirming a SetupIntent: the bank is asked, and the card belongs to the customer or it does not."""

from sandbox.pay import attempts
from sandbox.pay.call import Call
from sandbox.pay.cards import BY_NAME, Decline
from sandbox.pay.errors import unexpected_state
from sandbox.pay.events import tell
from sandbox.pay.intents import MOST_TRIES, check_return_url, options, question, to_confirm
from sandbox.pay.issuer import Question, Verdict, ask, error, failed_challenge
from sandbox.pay.mandates import agree
from sandbox.pay.render import render
from sandbox.pay.store import Record
from sandbox.pay.wallet import attach, card_error, note_checks
from sandbox.pay.windows import close_window, open_window
from sandbox.pay.work import Work

_CHALLENGE_FAILED = "The bank could not make sure that it was you. Try again, or use another card."


def carry_out(call: Call, intent: Record) -> None:
    """Confirm `intent`; raise the bank's 402 when it declines (the intent can then be confirmed again)."""
    method = to_confirm(call, intent)
    check_return_url(call, intent)
    work = call.work
    _count_try(work, intent)
    if intent["status"] == "requires_action":
        attempts.end(work, intent, "abandoned")
        close_window(work, intent)
    intent.update(payment_method=method["id"], last_setup_error=None)
    intent["payment_method_options"] = options(call, intent["payment_method_options"])
    intent["_mandate_data"] = call.params.get("mandate_data")
    attempts.begin(work, intent, method)
    verdict = ask(BY_NAME[method["_card"]], Question(setup=True, **question(intent, method)))
    if verdict.challenge:
        _wait(call, intent, method)
    else:
        settle(work, intent, method, verdict)
        _raise_declined(verdict, intent, method)


def settle(work: Work, intent: Record, method: Record, verdict: Verdict) -> None:
    """Bring the bank's last word into the intent, its attempt and the PaymentMethod."""
    if verdict.decline is not None:
        members = {**error(verdict.decline), "payment_method": render(method)}
        fail(work, intent, members, verdict.three_d_secure)
        return
    note_checks(work, method)
    method["_set_up"] = method["_set_up"] or intent["usage"] == "off_session"
    attempts.end(work, intent, "succeeded", three_d_secure=verdict.three_d_secure)
    close_window(work, intent, "succeeded")
    if intent["customer"]:
        attach(work, method, intent["customer"])
    intent["status"] = "succeeded"
    intent["mandate"] = agree(work, intent, method)
    work.put(intent)
    tell(work, "setup_intent.succeeded", intent)


def fail(work: Work, intent: Record, members: Record, three_d_secure: Record | None) -> None:
    """Bring a failure into the intent: it is back at the start, with `members` as its last error."""
    attempts.end(work, intent, "failed", three_d_secure=three_d_secure, setup_error=members)
    close_window(work, intent)
    intent.update(status="requires_payment_method", payment_method=None, last_setup_error=members)
    work.put(intent)
    tell(work, "setup_intent.setup_failed", intent)


def fail_challenge(work: Work, intent: Record, method: Record) -> None:
    """Bring a challenge that was failed or left into the intent."""
    members: Record = {
        "type": "invalid_request_error",
        "code": "setup_intent_authentication_failure",
        "message": _CHALLENGE_FAILED,
        "payment_method": render(method),
    }
    fail(work, intent, members, failed_challenge())


def pass_challenge(work: Work, intent: Record, method: Record) -> None:
    """Ask the bank again, now that it knows the person."""
    asked = Question(setup=True, passed_challenge=True, **question(intent, method))
    settle(work, intent, method, ask(BY_NAME[method["_card"]], asked))


def cancel(work: Work, intent: Record, reason: str | None) -> None:
    """Cancel the intent for good."""
    if intent["status"] == "requires_action":
        attempts.end(work, intent, "abandoned")
    close_window(work, intent)
    intent.update(status="canceled", cancellation_reason=reason)
    work.put(intent)
    tell(work, "setup_intent.canceled", intent)


def _wait(call: Call, intent: Record, method: Record) -> None:
    work = call.work
    attempts.end(work, intent, "requires_action")
    intent["status"] = "requires_action"
    intent["next_action"] = open_window(work, intent, method, call.params, publishable=call.publishable)
    work.put(intent)
    tell(work, "setup_intent.requires_action", intent)


def _count_try(work: Work, intent: Record) -> None:
    intent["_tries"] += 1
    if intent["_tries"] > MOST_TRIES:
        cancel(work, intent, None)
        raise unexpected_state(intent, "This setup_intent was confirmed too often and is now canceled.")


def _raise_declined(verdict: Verdict, intent: Record, method: Record) -> None:
    decline: Decline | None = verdict.decline
    if decline is not None:
        refusal = card_error(error(decline))
        refusal.error.update(setup_intent=intent, payment_method=method)
        raise refusal
