"""Stripe's published test numbers, and what each one's bank does.

One row is one number. A PaymentMethod remembers the row's name, never the number.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Decline:
    """A bank's refusal: the error's code and, for `card_declined`, its decline code."""

    code: str
    decline_code: str | None = None


GENERIC = Decline("card_declined", "generic_decline")
FUNDS = Decline("card_declined", "insufficient_funds")
PROCESSING = Decline("processing_error", "processing_error")

# When the bank wants to see the person.
NEVER = "never"
UNLESS_SET_UP = "unless_set_up"  # off session: only a card that was set up before
ALWAYS = "always"  # off session: never
SET_UP_ALREADY = "set_up_already"  # off session: fine
ON_REQUEST = "on_request"
SILENT = "silent"  # the bank recognises the person without a window


@dataclass(frozen=True)
class Card:
    """A test number: what a form shows of it, and how its bank answers a set-up and a charge."""

    name: str
    number: str
    brand: str = "visa"
    funding: str = "credit"
    country: str = "US"
    charge: Decline | None = None
    setup: Decline | None = None
    only_with_cvc: bool = False
    challenge: str = NEVER
    lookup: Decline | None = None
    three_d_secure: bool = True
    cvc_check: str = "pass"
    postal_check: str = "pass"
    line1_check: str = "pass"
    risk: str = "normal"
    blocked: bool = False
    refund: str = "succeeds"
    dispute: bool = False
    settles_at_once: bool = False

    @property
    def last4(self) -> str:
        """Return the four digits that may be shown."""
        return self.number[-4:]


def _declining(name: str, number: str, decline: Decline, *, only_with_cvc: bool = False) -> Card:
    return Card(name, number, charge=decline, setup=decline, only_with_cvc=only_with_cvc)


def _declined(name: str, number: str, decline_code: str) -> Card:
    return _declining(name, number, Decline("card_declined", decline_code))


CARDS = (
    Card("visa", "4242424242424242"),
    Card("visa_debit", "4000056655665556", funding="debit"),
    Card("mastercard", "5555555555554444", "mastercard"),
    Card("mastercard_2_series", "2223003122003222", "mastercard"),
    Card("mastercard_debit", "5200828282828210", "mastercard", "debit"),
    Card("mastercard_prepaid", "5105105105105100", "mastercard", "prepaid"),
    # Maestro has no brand of its own in this API: it runs on Mastercard's network, as a debit card.
    Card("maestro", "6759649826438453", "mastercard", "debit", "GB"),
    Card("amex", "378282246310005", "amex", three_d_secure=False),
    Card("amex_corporate", "371449635398431", "amex"),
    Card("discover", "6011111111111117", "discover"),
    Card("discover_older", "6011000990139424", "discover"),
    Card("discover_debit", "6011981111111113", "discover", "debit"),
    Card("diners", "3056930009020004", "diners"),
    Card("diners_older", "30569309025904", "diners"),
    Card("diners_14_digits", "36227206271667", "diners"),
    Card("jcb", "3566002020360505", "jcb"),
    Card("unionpay", "6200000000000005", "unionpay"),
    Card("gb", "4000008260000000", country="GB"),
    Card("gb_debit", "4000058260000005", country="GB", funding="debit"),
    Card("gb_mastercard", "5555558265554449", "mastercard", country="GB"),
    Card("in", "4000003560000008", country="IN"),
    _declining("visa_chargeDeclined", "4000000000000002", GENERIC),
    _declining("visa_chargeDeclinedInsufficientFunds", "4000000000009995", FUNDS),
    _declined("visa_chargeDeclinedLostCard", "4000000000009987", "lost_card"),
    _declined("visa_chargeDeclinedStolenCard", "4000000000009979", "stolen_card"),
    _declining("chargeDeclinedExpiredCard", "4000000000000069", Decline("expired_card", "expired_card")),
    _declining(
        "chargeDeclinedIncorrectCvc",
        "4000000000000127",
        Decline("incorrect_cvc", "incorrect_cvc"),
        only_with_cvc=True,
    ),
    _declining("chargeDeclinedProcessingError", "4000000000000119", PROCESSING),
    _declined("visa_chargeDeclinedVelocityLimitExceeded", "4000000000006975", "card_velocity_exceeded"),
    Card("chargeCustomerFail", "4000000000000341", charge=GENERIC),
    Card("authenticationRequiredOnSetup", "4000002500003155", challenge=UNLESS_SET_UP),
    Card("authenticationRequired", "4000002760003184", country="DE", challenge=ALWAYS),
    Card("authenticationRequiredSetupForOffSession", "4000003800000446", challenge=SET_UP_ALREADY),
    Card(
        "authenticationRequiredChargeDeclinedInsufficientFunds",
        "4000008260003178",
        country="GB",
        charge=FUNDS,
        challenge=UNLESS_SET_UP,
    ),
    Card("threeDSecure2Required", "4000000000003220", country="IE", challenge=ALWAYS),
    Card("threeDSecure2Required_us", "4000008400000027", challenge=ALWAYS),
    Card("threeDSecureRequired", "4000000000003063", challenge=ALWAYS),
    Card(
        "threeDSecureRequiredChargeDeclined",
        "4000008400001629",
        charge=GENERIC,
        setup=GENERIC,
        challenge=ALWAYS,
    ),
    Card("threeDSecureRequiredProcessingError", "4000008400001280", challenge=ALWAYS, lookup=GENERIC),
    Card("threeDSecureOptional", "4000000000003055", challenge=ON_REQUEST),
    Card("threeDSecureOptionalProcessingError", "4000000000003097", challenge=ON_REQUEST, lookup=PROCESSING),
    Card("threeDSecureFrictionless", "4000000032200000", challenge=SILENT),
    Card("challenge_out_of_band", "4000582600000094", country="GB", challenge=ALWAYS),
    Card("challenge_one_time_code", "4000582600000045", country="GB", challenge=ALWAYS),
    Card("challenge_single_choice", "4000582600000102", country="GB", challenge=ALWAYS),
    Card("challenge_many_choices", "4000582600000110", country="GB", challenge=ALWAYS),
    Card("radarBlock", "4100000000000019", charge=Decline("card_declined", "fraudulent"), blocked=True),
    Card("risk_highest", "4000000000004954", risk="highest"),
    Card("risk_elevated", "4000000000009235", risk="elevated"),
    Card("cvcCheckFail", "4000000000000101", cvc_check="fail"),
    Card("avsZipFail", "4000000000000036", postal_check="fail"),
    Card("avsLine1Fail", "4000000000000028", line1_check="fail"),
    Card("avsFail", "4000000000000010", postal_check="fail", line1_check="fail"),
    Card("avsUnchecked", "4000000000000044", postal_check="unavailable", line1_check="unavailable"),
    Card("createDispute", "4000000000000259", dispute=True),
    Card("refundPending", "4000000000007726", refund="pending"),
    Card("refundFail", "4000000000005126", refund="fails"),
    Card("bypassPending", "4000000000000077", settles_at_once=True),
)

BY_NAME = {card.name: card for card in CARDS}
BY_NUMBER = {card.number: card for card in CARDS}
# What the documentation also calls some of them.
_ALIASES = {
    "chargeDeclined": "visa_chargeDeclined",
    "chargeDeclinedInsufficientFunds": "visa_chargeDeclinedInsufficientFunds",
}


def shared(name: str) -> Card | None:
    """Return the card called `pm_card_<name>` or `tok_<name>`, or None."""
    return BY_NAME.get(_ALIASES.get(name, name))
