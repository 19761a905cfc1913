"""What a Customer wants changed about a card: tidied, checked, and told apart from what is so already."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imin.ground import card_numbers
from imin.payments.errors import ExpiredCardError, InvalidEditError
from imin.payments.gateways.base import CardChanges
from imin.payments.models import Card

ADDRESS = {"line1": 200, "line2": 200, "city": 100, "state": 100, "postal_code": 20, "country": 2}
YEARS_AHEAD = 20
_NUMBER_LIKE = re.compile(r"\d{3}")  # a nickname must not become a place to keep numbers

Problems = dict[str, "str | Promise"]


@dataclass(frozen=True)
class CardEdit:
    """The whole edit form: each value as it is to be; `make_default` off leaves the default as it is."""

    exp_month: int
    exp_year: int
    holder_name: str = ""
    address: dict[str, str] = field(default_factory=dict)
    nickname: str = ""
    make_default: bool = False


def tidied(edit: CardEdit) -> CardEdit:
    """Return `edit` without stray blanks, empty address lines and a small-letter country."""
    address = {name: " ".join(text.split()) for name, text in edit.address.items()}
    if "country" in address:
        address["country"] = address["country"].upper()
    return replace(
        edit,
        holder_name=" ".join(edit.holder_name.split()),
        nickname=" ".join(edit.nickname.split()),
        address={name: text for name, text in address.items() if text},
    )


def is_so_already(card: Card, edit: CardEdit) -> bool:
    """Say whether `card` is as `edit` wants it, as it is after a double submit."""
    return (
        wanted_of_service(card, edit) == CardChanges()
        and card.nickname == edit.nickname
        and (card.is_default or not edit.make_default)
    )


def wanted_of_service(card: Card, edit: CardEdit) -> CardChanges:
    """Return what the payment service has to change; only what differs, so that an old value is not judged anew."""
    expiry_differs = (card.exp_month, card.exp_year) != (edit.exp_month, edit.exp_year)
    return CardChanges(
        exp_month=edit.exp_month if expiry_differs else None,
        exp_year=edit.exp_year if expiry_differs else None,
        holder_name=edit.holder_name if edit.holder_name != card.holder_name else None,
        address=edit.address if edit.address != card.address else None,
    )


def check(card: Card, edit: CardEdit, now: datetime) -> None:
    """Refuse what cannot be saved.

    Raises `InvalidEditError` with a sentence for each wrong field, and `ExpiredCardError`.
    """
    problems: Problems = {}
    for rule in _RULES:
        problems |= rule(card, edit, now)
    if problems:
        raise InvalidEditError(problems)
    if edit.make_default and _ended(edit, now):
        raise ExpiredCardError(str(card.id))


def _expiry_exists(_card: Card, edit: CardEdit, now: datetime) -> Problems:
    problems: Problems = {}
    if not 1 <= edit.exp_month <= 12:
        problems["exp_month"] = _("Choose a month from 1 to 12.")
    if not 2000 <= edit.exp_year <= now.year + YEARS_AHEAD:
        problems["exp_year"] = _("This year is too far away. Please check the date on your card.")
    return problems


def _expiry_not_past(card: Card, edit: CardEdit, now: datetime) -> Problems:
    unchanged = (card.exp_month, card.exp_year) == (edit.exp_month, edit.exp_year)
    wrong = _expiry_exists(card, edit, now)
    if unchanged or "exp_year" in wrong:
        return {}
    if _ended(replace(edit, exp_month=12), now):  # whatever the month
        return {"exp_year": _("This year has passed. Please check the date on your card.")}
    if wrong or not _ended(edit, now):
        return {}
    return {"exp_month": _("This date has passed. Please check the date on your card.")}


def _no_card_numbers(_card: Card, edit: CardEdit, _now: datetime) -> Problems:
    texts = {"holder_name": edit.holder_name, "nickname": edit.nickname, **edit.address}
    said = _("This looks like a card number. It must not be kept here.")
    return {name: said for name, text in texts.items() if card_numbers.contains(text)}


def _lengths(_card: Card, edit: CardEdit, _now: datetime) -> Problems:
    texts = {"holder_name": (edit.holder_name, 200), "nickname": (edit.nickname, 40)}
    texts |= {name: (text, ADDRESS.get(name, 0)) for name, text in edit.address.items() if name != "country"}
    return {
        name: _("This is too long: at most %(most)d characters.") % {"most": most}
        for name, (text, most) in texts.items()
        if len(text) > most
    }


def _nickname_without_number(_card: Card, edit: CardEdit, _now: datetime) -> Problems:
    if _NUMBER_LIKE.search(edit.nickname):
        return {"nickname": _("A nickname can have at most two digits in a row.")}
    return {}


def _country_is_a_code(_card: Card, edit: CardEdit, _now: datetime) -> Problems:
    country = edit.address.get("country", "")
    if country and not re.fullmatch(r"[A-Z]{2}", country):
        return {"country": _("Choose a country from the list.")}
    return {}


_RULES: list[Callable[[Card, CardEdit, datetime], Problems]] = [
    _expiry_exists,
    _expiry_not_past,
    _lengths,
    _country_is_a_code,
    _nickname_without_number,
    _no_card_numbers,
]


def _ended(edit: CardEdit, now: datetime) -> bool:
    return now >= Card(exp_month=edit.exp_month, exp_year=edit.exp_year).valid_until


def stored(card: Card, edit: CardEdit) -> dict[str, Any]:
    """Return `edit` as a `CardChange` keeps it, with the token that it is about."""
    wanted = wanted_of_service(card, edit)
    return {
        "reference": card.reference,
        "exp_month": wanted.exp_month,
        "exp_year": wanted.exp_year,
        "holder_name": wanted.holder_name,
        "address": wanted.address,
        "nickname": edit.nickname,
        "make_default": edit.make_default,
    }
