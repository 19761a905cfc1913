"""Making PaymentMethods: from a form's card details, a test token or a shared test name."""

import hashlib
import hmac
import re
from datetime import UTC, datetime
from typing import Any

from sandbox.pay import cards
from sandbox.pay.cards import Card, Decline
from sandbox.pay.errors import ApiError, invalid, missing, unknown_object
from sandbox.pay.forms import under
from sandbox.pay.ids import fresh
from sandbox.pay.issuer import error
from sandbox.pay.metadata import merged
from sandbox.pay.store import Record
from sandbox.pay.wallet import card_error
from sandbox.pay.work import Work

ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")
BILLING = ("name", "email", "phone", "tax_id", *under("address", *ADDRESS))
DATA = (
    "type",
    "allow_redisplay:always|limited|unspecified",
    "metadata[*]",
    *under("billing_details", *BILLING),
    *under("card", "number", "exp_month:int", "exp_year:int", "cvc", "token", "networks[preferred]"),
)
_LONGEST_LIFE = 50  # years that an expiry may lie ahead
_WRONG = {
    "invalid_number": "That is not a card number.",
    "incorrect_number": "The card number is not right.",
    "invalid_expiry_month": "The expiry month is not a month, or has passed.",
    "invalid_expiry_year": "The expiry year has passed, or is too far ahead.",
    "invalid_cvc": "The security code has the wrong length.",
}
_RAW_NUMBER = (
    "A card number was sent with a secret key. Card numbers go from the browser to this service, "
    "never through a server; use one of the pm_card_ names in tests."
)


def draft(work: Work, data: dict[str, Any], *, raw_numbers: bool) -> Record:
    """Return a new PaymentMethod for `data`, not yet kept; `raw_numbers` only come from a browser."""
    if data.get("type", "card") != "card":
        raise invalid("This service takes cards only.", param="type")
    sent = data.get("card")
    if not sent:
        raise missing("card")
    if "number" in sent and not raw_numbers:
        raise invalid(_RAW_NUMBER, param="card[number]")
    card, month, year, cvc = _by_token(work, sent["token"]) if "token" in sent else _by_number(work, sent)
    method = _blank(work, card, month, year, cvc_given=cvc)
    billing = data.get("billing_details") or {}
    method["billing_details"].update({name: billing[name] for name in billing if name != "address"})
    method["billing_details"]["address"].update(billing.get("address") or {})
    method["allow_redisplay"] = data.get("allow_redisplay", "unspecified")
    method["metadata"] = merged({}, data)
    return method


def resolve(work: Work, name: str, *, param: str = "payment_method") -> Record:
    """Return the PaymentMethod `name`; a shared test name makes a new one at each use."""
    if not name.startswith("pm_card_"):
        return work.find("payment_method", name, param=param)
    card = cards.shared(name.removeprefix("pm_card_"))
    if card is None:
        raise unknown_object("payment method", name, param=param)
    month, year = _test_expiry(work.now)
    return work.put(_blank(work, card, month, year, cvc_given=True))


def check_expiry(month: int, year: int, now: int) -> int:
    """Return the year in four digits; raise the 402 for a month or year that no card has."""
    today = datetime.fromtimestamp(now, UTC)
    full = 2000 + year if 0 <= year < 100 else year
    if not 1 <= month <= 12:
        raise wrong("invalid_expiry_month", "exp_month")
    if not today.year <= full <= today.year + _LONGEST_LIFE:
        raise wrong("invalid_expiry_year", "exp_year")
    if full == today.year and month < today.month:
        raise wrong("invalid_expiry_month", "exp_month")
    return full


def wrong(code: str, param: str) -> ApiError:
    """Return the 402 for card details that cannot be right."""
    message = _WRONG[code]
    return ApiError(402, message, kind="card_error", code=code, param=param)


def luhn(digits: str) -> bool:
    """Return whether the check digit (the last one) fits the others."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _by_token(work: Work, token: str) -> tuple[Card, int, int, bool]:
    card = cards.shared(token.removeprefix("tok_")) if token.startswith("tok_") else None
    if card is None:
        raise unknown_object("token", token, param="card[token]")
    return (card, *_test_expiry(work.now), True)


def _by_number(work: Work, sent: dict[str, Any]) -> tuple[Card, int, int, bool]:
    for name in ("number", "exp_month", "exp_year"):
        if sent.get(name) is None:
            raise missing(f"card[{name}]")
    number = re.sub(r"[ -]", "", sent["number"])
    if not re.fullmatch(r"[0-9]{12,19}", number):
        raise wrong("invalid_number", "number")
    if not luhn(number):
        raise wrong("incorrect_number", "number")
    year = check_expiry(sent["exp_month"], sent["exp_year"], work.now)
    card = cards.BY_NUMBER.get(number)
    cvc = sent.get("cvc")
    if cvc is not None and not re.fullmatch(r"[0-9]{4}" if _is_amex(number) else r"[0-9]{3}", cvc):
        raise wrong("invalid_cvc", "cvc")
    if card is None:
        # Somebody's own card: it is refused before anything of it is kept.
        raise card_error(error(Decline("card_declined", "test_mode_live_card")))
    return card, sent["exp_month"], year, cvc is not None


def _is_amex(number: str) -> bool:
    return number.startswith(("34", "37"))


def _test_expiry(now: int) -> tuple[int, int]:
    today = datetime.fromtimestamp(now, UTC)
    return today.month, today.year + 1


def fingerprint(work: Work, card: Card) -> str:
    """Return the same 16 letters for the same number, within one account."""
    text = f"{work.account} {card.number}".encode()
    return hmac.new(work.store.secret.encode(), text, hashlib.sha256).hexdigest()[:16]


def _blank(work: Work, card: Card, month: int, year: int, *, cvc_given: bool) -> Record:
    return {
        "id": fresh("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": {
            "address": dict.fromkeys(ADDRESS),
            "email": None,
            "name": None,
            "phone": None,
            "tax_id": None,
        },
        "card": _card(card, month, year, fingerprint(work, card), _by_request(work, card)),
        "created": work.now,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
        "_card": card.name,
        "_cvc": cvc_given,
        "_set_up": False,
        "_spent": False,
    }


def _by_request(work: Work, card: Card) -> Record:
    """Return what is told only to accounts that asked for it: how the number begins (`/control/cards/begins`)."""
    granted = work.store.find(work.platform, "grant", "iin")
    return {"iin": card.number[:6]} if granted and granted["told"] else {}


def _card(card: Card, month: int, year: int, mark: str, by_request: Record) -> Record:
    displayed = {"amex": "american_express", "diners": "diners_club", "unionpay": "union_pay"}
    return {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": None},
        "country": card.country,
        "display_brand": displayed.get(card.brand, card.brand),
        "exp_month": month,
        "exp_year": year,
        "fingerprint": mark,
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": card.three_d_secure},
        "wallet": None,
        **by_request,
    }
