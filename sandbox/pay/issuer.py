"""What the bank behind a test card says, and how its refusals are worded."""

from dataclasses import dataclass

from sandbox.pay import cards
from sandbox.pay.cards import Card, Decline
from sandbox.pay.store import Record

AUTHENTICATION_REQUIRED = Decline("authentication_required", "authentication_required")

_MESSAGES = {
    "card_declined": "The card was declined.",
    "expired_card": "The card has expired.",
    "incorrect_cvc": "The card's security code is not right.",
    "incorrect_number": "The card number is not right.",
    "processing_error": "The card could not be processed just now. Try again in a little while.",
    "authentication_required": "The bank wants to see the cardholder before this payment.",
    "insufficient_funds": "The card does not have enough money on it.",
    "test_mode_live_card": "The card was declined: this is a test service and takes test cards only.",
}
_ADVICE = {
    "expired_card": "confirm_card_data",
    "incorrect_cvc": "confirm_card_data",
    "lost_card": "do_not_try_again",
    "stolen_card": "do_not_try_again",
    "fraudulent": "do_not_try_again",
}


@dataclass(frozen=True)
class Question:
    """What the bank is asked: to charge, or only to agree to later charges (`setup`)."""

    setup: bool
    off_session: bool = False
    requested: str = "automatic"
    set_up_before: bool = False
    cvc_given: bool = False
    passed_challenge: bool = False
    moto: bool = False


@dataclass(frozen=True)
class Verdict:
    """The bank's answer: a decline, a wish to see the person, or (neither) agreement."""

    decline: Decline | None = None
    challenge: bool = False
    three_d_secure: Record | None = None


def ask(card: Card, question: Question) -> Verdict:
    """Return what the bank of `card` answers."""
    if question.passed_challenge:
        return _decide(card, question, _authenticated(card, "challenge"))
    if question.moto:
        return _decide(card, question, None)
    if question.off_session:
        return _off_session(card, question)
    return _on_session(card, question)


def error(decline: Decline) -> Record:
    """Return the members of a card error for `decline`."""
    reason = decline.decline_code or decline.code
    told = reason if decline.code == "card_declined" and reason in _MESSAGES else decline.code
    return {
        "type": "card_error",
        "code": decline.code,
        "decline_code": reason,
        "message": _MESSAGES[told],
        "advice_code": _ADVICE.get(reason, "try_again_later"),
    }


def _on_session(card: Card, question: Question) -> Verdict:
    requested = question.requested in ("any", "challenge")
    if card.challenge == cards.NEVER:
        return _decide(card, question, _attempted(card) if requested else None)
    if card.challenge == cards.SILENT:
        return _decide(card, question, _authenticated(card, "frictionless"))
    if card.challenge == cards.ON_REQUEST and not requested:
        return _decide(card, question, None)
    if card.lookup is not None:
        return Verdict(decline=card.lookup, three_d_secure=_three_d_secure(None, "processing_error"))
    return Verdict(challenge=True)


def _off_session(card: Card, question: Question) -> Verdict:
    if card.challenge == cards.ALWAYS:
        return Verdict(decline=AUTHENTICATION_REQUIRED)
    if card.challenge == cards.UNLESS_SET_UP and not question.set_up_before:
        return Verdict(decline=AUTHENTICATION_REQUIRED)
    return _decide(card, question, None)


def _decide(card: Card, question: Question, three_d_secure: Record | None) -> Verdict:
    decline = card.setup if question.setup else card.charge
    if card.only_with_cvc and not question.cvc_given:
        decline = None
    return Verdict(decline=decline, three_d_secure=three_d_secure)


def _attempted(card: Card) -> Record:
    if not card.three_d_secure:
        return _three_d_secure(None, "not_supported")
    return _three_d_secure(None, "attempt_acknowledged", "07" if card.brand == "visa" else "01")


def _authenticated(card: Card, flow: str) -> Record:
    return _three_d_secure(flow, "authenticated", "05" if card.brand != "mastercard" else "02")


def failed_challenge() -> Record:
    """Return what is noted of a challenge that was failed or left."""
    return _three_d_secure("challenge", "failed")


def _three_d_secure(flow: str | None, result: str, indicator: str | None = None) -> Record:
    return {
        "authentication_flow": flow,
        "electronic_commerce_indicator": indicator,
        "result": result,
        "result_reason": None if result in ("authenticated", "attempt_acknowledged") else "rejected",
        "transaction_id": None,
        "version": "2.2.0",
    }
