"""Editing a saved card: expiry, name, billing address, nickname, default."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.functional import Promise

from imin.cards import card_form, failures
from imin.cards.card_form import CardForm
from imin.cards.countries import countries
from imin.cards.door import Visit, for_customer
from imin.cards.notices import Notice, code
from imin.cards.version import version_of
from imin.cards.wording import shown
from imin.ground.errors import IminError
from imin.payments import edit as editing
from imin.payments.errors import CardGoneError, ChangedMeanwhileError, InvalidEditError
from imin.payments.models import Card


@for_customer("GET", "POST")
def edit(visit: Visit, *, card_id: UUID) -> HttpResponse:
    """Show the form, or save what was typed; each answer says whether anything was saved."""
    card = visit.wallet.card(card_id)
    if card is None:
        return failures.told(visit.request, CardGoneError(str(card_id)), signed_in_as=visit.wallet.name)
    if visit.request.method == "GET":
        return _page(visit, card, card_form.of(card))
    return _save(visit, card)


def _save(visit: Visit, card: Card) -> HttpResponse:
    mine = card_form.sent(visit.request)
    version = version_of(visit.request)
    try:
        editing.edit(
            broker_id=visit.tenant.broker_id,
            customer_id=visit.customer_id,
            card_id=card.id,
            version=version,
            changes=card_form.changes(mine, now=visit.now),
            now=visit.now,
        )
    except InvalidEditError as wrong:
        form = CardForm(mine.values, mine.make_default, wrong.fields)
        return _page(visit, card, form, version=version, status=wrong.status, message=wrong.message)
    except ChangedMeanwhileError as newer:
        form = card_form.newer(newer.card, mine)
        return _page(visit, newer.card, form, status=newer.status, message=newer.message)
    except CardGoneError:
        raise
    except IminError as error:
        return _page(visit, card, mine, version=version, status=error.status, message=error.message)
    return visit.say(code(Notice.EDITED, card.id))


def _page(  # noqa: PLR0913 a form, the card it is about, and what is said above it
    visit: Visit,
    card: Card,
    form: CardForm,
    *,
    version: int | None = None,
    status: int = 200,
    message: "str | Promise" = "",
) -> HttpResponse:
    return visit.render(
        "edit.html",
        here=visit.request.path,
        status=status,
        card=shown(card, visit.now, visit.wallet.bookings),
        version=version or card.version,
        form=form,
        message=message,
        countries=countries(),
    )
