"""The edit form: what it shows of a card, and what was typed into it."""

from dataclasses import dataclass, field
from datetime import datetime

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from imin.payments.edit import CardEdit
from imin.payments.errors import InvalidEditError
from imin.payments.models import Card

ADDRESS = ("line1", "line2", "city", "state", "postal_code", "country")
TEXTS = ("exp_month", "exp_year", "holder_name", "nickname", *ADDRESS)
_LONGEST = 500


@dataclass(frozen=True)
class CardForm:
    """The form as a page shows it: the values in its fields, and the problems beside them.

    `typed` holds what was typed where it differs from a newer state that the fields show instead.
    """

    values: dict[str, str]
    make_default: bool = False
    problems: dict[str, str | Promise] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)

    @property
    def first_problem(self) -> str:
        """The field that the focus moves to."""
        return next((name for name in TEXTS if name in self.problems), "")

    @property
    def address_open(self) -> bool:
        """Whether the billing address is shown at once; a country alone comes with every card."""
        given = {name for name in ADDRESS if name != "country" and self.values[name]}
        return bool(given) or not {*self.problems, *self.typed}.isdisjoint(ADDRESS)


def of(card: Card) -> CardForm:
    """Return the form that shows `card`."""
    address = {name: str(card.address.get(name) or "") for name in ADDRESS}
    return CardForm(
        {
            "exp_month": f"{card.exp_month:02}",
            "exp_year": str(card.exp_year),
            "holder_name": card.holder_name,
            "nickname": card.nickname,
            **address,
        }
    )


def sent(request: HttpRequest) -> CardForm:
    """Return the form as it was sent."""
    values = {name: request.POST.get(name, "").strip()[:_LONGEST] for name in TEXTS}
    return CardForm(values, make_default="make_default" in request.POST)


def newer(card: Card, mine: CardForm) -> CardForm:
    """Return the form with the newer state of `card`, and what the person had typed beside it."""
    now = of(card).values
    return CardForm(now, typed={name: mine.values[name] for name in TEXTS if mine.values[name] != now[name]})


def changes(form: CardForm, *, now: datetime) -> CardEdit:
    """Return what the form asks for.

    Raises `InvalidEditError` for an expiry that is not made of numbers; everything else is the verb's to judge.
    """
    month, year = (_number(form.values[name]) for name in ("exp_month", "exp_year"))
    problems: dict[str, str | Promise] = {}
    if month is None:
        problems["exp_month"] = _("Write the month as a number from 1 to 12.")
    if year is None:
        problems["exp_year"] = _("Write the year in numbers, for example %(year)s.") % {"year": now.year + 2}
    if month is None or year is None:
        raise InvalidEditError(problems)
    return CardEdit(
        exp_month=month,
        exp_year=year + now.year // 100 * 100 if year < 100 else year,
        holder_name=form.values["holder_name"],
        address={name: form.values[name] for name in ADDRESS if form.values[name]},
        nickname=form.values["nickname"],
        make_default=form.make_default,
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None
