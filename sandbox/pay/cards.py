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
class TestCard:
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


def _declining(name: str, number: str, decline: Decline, *, only_with_cvc: bool = False) -> TestCard:
    return TestCard(name, number, charge=decline, setup=decline, only_with_cvc=only_with_cvc)


def _declined(name: str, number: str, decline_code: str) -> TestCard:
    return _declining(name, number, Decline("card_declined", decline_code))


CARDS = (
    TestCard("visa", "4242424242424242"),
    TestCard("visa_debit", "4000056655665556", funding="debit"),
    TestCard("mastercard", "5555555555554444", "mastercard"),
    TestCard("mastercard_2_series", "2223003122003222", "mastercard"),
    TestCard("mastercard_debit", "5200828282828210", "mastercard", "debit"),
    TestCard("mastercard_prepaid", "5105105105105100", "mastercard", "prepaid"),
    # Maestro has no brand of its own in this API: it runs on Mastercard's network, as a debit card.
    TestCard("maestro", "6759649826438453", "mastercard", "debit", "GB"),
    TestCard("amex", "378282246310005", "amex", three_d_secure=False),
    TestCard("amex_corporate", "371449635398431", "amex"),
    TestCard("discover", "6011111111111117", "discover"),
    TestCard("discover_older", "6011000990139424", "discover"),
    TestCard("discover_debit", "6011981111111113", "discover", "debit"),
    TestCard("diners", "3056930009020004", "diners"),
    TestCard("diners_older", "30569309025904", "diners"),
    TestCard("diners_14_digits", "36227206271667", "diners"),
    TestCard("jcb", "3566002020360505", "jcb"),
    TestCard("unionpay", "6200000000000005", "unionpay"),
    TestCard("gb", "4000008260000000", country="GB"),
    TestCard("gb_debit", "4000058260000005", country="GB", funding="debit"),
    TestCard("gb_mastercard", "5555558265554449", "mastercard", country="GB"),
    TestCard("in", "4000003560000008", country="IN"),
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
    TestCard("chargeCustomerFail", "4000000000000341", charge=GENERIC),
    TestCard("authenticationRequiredOnSetup", "4000002500003155", challenge=UNLESS_SET_UP),
    TestCard("authenticationRequired", "4000002760003184", country="DE", challenge=ALWAYS),
    TestCard("authenticationRequiredSetupForOffSession", "4000003800000446", challenge=SET_UP_ALREADY),
    TestCard(
        "authenticationRequiredChargeDeclinedInsufficientFunds",
        "4000008260003178",
        country="GB",
        charge=FUNDS,
        challenge=UNLESS_SET_UP,
    ),
    TestCard("threeDSecure2Required", "4000000000003220", country="IE", challenge=ALWAYS),
    TestCard("threeDSecure2Required_us", "4000008400000027", challenge=ALWAYS),
    TestCard("threeDSecureRequired", "4000000000003063", challenge=ALWAYS),
    TestCard(
        "threeDSecureRequiredChargeDeclined",
        "4000008400001629",
        charge=GENERIC,
        setup=GENERIC,
        challenge=ALWAYS,
    ),
    TestCard("threeDSecureRequiredProcessingError", "4000008400001280", challenge=ALWAYS, lookup=GENERIC),
    TestCard("threeDSecureOptional", "4000000000003055", challenge=ON_REQUEST),
    TestCard("threeDSecureOptionalProcessingError", "4000000000003097", challenge=ON_REQUEST, lookup=PROCESSING),
    TestCard("threeDSecureFrictionless", "4000000032200000", challenge=SILENT),
    TestCard("challenge_out_of_band", "4000582600000094", country="GB", challenge=ALWAYS),
    TestCard("challenge_one_time_code", "4000582600000045", country="GB", challenge=ALWAYS),
    TestCard("challenge_single_choice", "4000582600000102", country="GB", challenge=ALWAYS),
    TestCard("challenge_many_choices", "4000582600000110", country="GB", challenge=ALWAYS),
    TestCard("radarBlock", "4100000000000019", charge=Decline("card_declined", "fraudulent"), blocked=True),
    TestCard("risk_highest", "4000000000004954", risk="highest"),
    TestCard("risk_elevated", "4000000000009235", risk="elevated"),
    TestCard("cvcCheckFail", "4000000000000101", cvc_check="fail"),
    TestCard("avsZipFail", "4000000000000036", postal_check="fail"),
    TestCard("avsLine1Fail", "4000000000000028", line1_check="fail"),
    TestCard("avsFail", "4000000000000010", postal_check="fail", line1_check="fail"),
    TestCard("avsUnchecked", "4000000000000044", postal_check="unavailable", line1_check="unavailable"),
    TestCard("createDispute", "4000000000000259", dispute=True),
    TestCard("refundPending", "4000000000007726", refund="pending"),
    TestCard("refundFail", "4000000000005126", refund="fails"),
    TestCard("bypassPending", "4000000000000077", settles_at_once=True),
)

BY_NAME = {card.name: card for card in CARDS}
BY_NUMBER = {card.number: card for card in CARDS}
# What the documentation also calls some of them.
_ALIASES = {
    "chargeDeclined": "visa_chargeDeclined",
    "chargeDeclinedInsufficientFunds": "visa_chargeDeclinedInsufficientFunds",
}


def shared(name: str) -> TestCard | None:
    """Return the card called `pm_card_<name>` or `tok_<name>`, or None."""
    return BY_NAME.get(_ALIASES.get(name, name))
