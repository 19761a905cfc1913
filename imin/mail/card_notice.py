"""The mail that says that a card was added or removed, so that a person who did not do it can act at once."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from imin.customers.models import Customer
from imin.ground import in_words
from imin.ground.outbox import Effect
from imin.mail.brand import Brand
from imin.mail.letter import Letter, Link
from imin.mail.unwanted import UnwantedError
from imin.payments.brands import spoken
from imin.payments.models import UNDO_PERIOD, Card
from imin.payments.notice import What

_TOO_LATE = timedelta(days=3)


def write(id_: UUID, customer: Customer, brand: Brand, now: datetime) -> Letter:
    """Return the mail about what the effect `id_` names.

    Raises `UnwantedError` when the card was brought back meanwhile, or what happened is long ago.
    """
    effect = Effect.objects.get(id=id_)
    card = Card.objects.filter(id=effect.payload["card"], customer=customer).first()
    what = What(effect.payload["what"])
    if card is None or effect.created_at < now - _TOO_LATE:
        raise UnwantedError("it comes too late")
    if what is What.REMOVED and card.status == Card.Status.ACTIVE:
        raise UnwantedError("the card was brought back")
    return letter_about(card, what, customer, brand, at=effect.created_at)


def told(id_: UUID, now: datetime) -> None:
    """Store nothing more: what happened stands in the history already."""
    del id_, now


def letter_about(card: Card, what: What, customer: Customer, brand: Brand, *, at: datetime) -> Letter:
    """Return the mail."""
    words = {"card": spoken(card.brand, card.last4), "broker": brand.name, "person": customer.given_name}
    hello = (_("Hello %(person)s,") % words,) if customer.given_name else ()
    subject, heading, paragraphs = _added(words) if what is What.ADDED else _removed(words, card)
    return Letter(
        subject=subject,
        preheader=_("Was it you? Then there is nothing to do."),
        heading=heading,
        paragraphs=(*hello, *paragraphs),
        facts=((_("Card"), words["card"]), (_("When"), _moment(at))),
        button=Link(_("Look at my cards"), f"{brand.origin}/edit"),
        small=(
            _("You get this mail whenever a card is added to your account at %(broker)s or removed from it.") % words,
            _("We never ask for a card number or a password by mail."),
        ),
    )


def _added(words: dict[str, str]) -> tuple[str, str, tuple[str, ...]]:
    return (
        _("A card was added to your account at %(broker)s: %(card)s") % words,
        _("A card was added"),
        (
            _("A card was added to your account at %(broker)s. Was it you? Then there is nothing to do.") % words,
            _(
                "Was it not you? Then somebody else may be signed in to your account. Remove the card, and tell "
                "%(broker)s."
            )
            % words,
        ),
    )


def _removed(words: dict[str, str], card: Card) -> tuple[str, str, tuple[str, ...]]:
    back: tuple[str, ...] = ()
    if card.status == Card.Status.REMOVED and card.removed_at:
        until = {"time": _moment(card.removed_at + UNDO_PERIOD)}
        back = (_("You can bring it back until %(time)s.") % until,)
    return (
        _("A card was removed from your account at %(broker)s: %(card)s") % words,
        _("A card was removed"),
        (
            _("A card was removed from your account at %(broker)s. Was it you? Then there is nothing to do.") % words,
            *back,
            _(
                "Was it not you? Then somebody else may be signed in to your account. Look at your cards, and tell "
                "%(broker)s."
            )
            % words,
        ),
    )


def _moment(at: datetime) -> str:
    return _("%(time)s UTC") % {"time": in_words.moment(at.astimezone(UTC))}
