"""Adding a card: the payment service's own fields, then the truth read from the payment service."""

import json
from uuid import UUID, uuid4

from django.http import HttpResponse, JsonResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from imin.brokers import languages
from imin.cards import consent, failures
from imin.cards.countries import countries, own_country
from imin.cards.door import Visit, for_customer
from imin.cards.notices import Notice, code
from imin.cards.step_up import sure_who
from imin.cards.wording import shown
from imin.ground.client_address import network_of_sender
from imin.ground.errors import IminError, ToldError
from imin.ground.security import allow_in_policy
from imin.payments import add as adding
from imin.payments.add import Finished, Outcome
from imin.payments.consents.give import ConsentText
from imin.payments.declines import sentence
from imin.payments.element import Element, Guarded, element
from imin.payments.errors import AttemptUsedError
from imin.payments.models import Card

_SAVED = {
    Outcome.NEW: Notice.NEW,
    Outcome.RENEWED: Notice.RENEWED,
    Outcome.IDENTICAL: Notice.IDENTICAL,
    Outcome.RESTORED: Notice.RESTORED,
    Outcome.REPLACED: Notice.REPLACED,
}


class BadCardFormError(ToldError):
    """The page's script sent something that the page never sends, or the consent is missing."""

    status = 400
    type = "BadCardFormError"
    message = gettext_lazy("We could not read this form. Nothing was saved. Please load the page again.")


@for_customer("GET", "POST")
@sure_who
def add(visit: Visit) -> HttpResponse:
    """Show the card form; its script posts here to begin, and learns where to go afterwards."""
    return form(visit) if visit.request.method == "GET" else begin(visit)


@for_customer("GET", get_saves=True)
def finish(visit: Visit, *, setup_id: UUID) -> HttpResponse:
    """Say how it went, from what the payment service says; nothing in the address is believed."""
    finished = adding.finish(
        broker_id=visit.tenant.broker_id, customer_id=visit.customer_id, setup_id=setup_id, now=visit.now
    )
    if finished.card and finished.outcome in _SAVED:
        return visit.say(code(_SAVED[finished.outcome], finished.card.id))
    if finished.outcome is Outcome.TOO_MANY:
        return visit.say(code(Notice.TOO_MANY))
    if finished.outcome is Outcome.PENDING:
        return visit.render("pending.html")
    old = visit.wallet.replaceable(finished.replaces) if finished.replaces else None
    return form(visit, old=old, problem=_why_not(finished))


def begin(visit: Visit, *, replaces: UUID | None = None) -> HttpResponse:
    """Begin a set-up for the form's script, and say where to go afterwards."""
    try:
        attempt, charges = _attempt(visit)
        texts = _texts(visit, charges=charges)
        begun = adding.begin(
            tenant=visit.tenant,
            customer_id=visit.customer_id,
            attempt=attempt,
            consent=consent.given(visit.request, *texts, now=visit.now),
            now=visit.now,
            replaces=replaces,
        )
    except AttemptUsedError as used:
        return failures.refusal(used, return_url=_return_url(visit, used.setup_id))
    except IminError as error:
        return failures.refusal(error)
    said = {"client_secret": begun.client_secret, "return_url": _return_url(visit, begun.setup_id)}
    return JsonResponse(said, headers={"Cache-Control": "no-store"})


def form(visit: Visit, *, old: Card | None = None, problem: str = "") -> HttpResponse:
    """Show the card form, for one card more or for the successor of `old`; or that there is no room."""
    takes_a_place = old is None or old.status != Card.Status.ACTIVE
    if not problem and takes_a_place and len(visit.wallet.cards) >= visit.tenant.max_cards:
        return visit.render("full.html")
    who = Guarded(visit.tenant.broker_id, visit.customer_id, network_of_sender(visit.request), visit.tenant.name)
    fields = element(who, now=visit.now)
    allow_in_policy(
        visit.request,
        script_src=fields.script_origins,
        frame_src=fields.frame_origins,
        connect_src=fields.connect_origins,
    )
    return drawn(visit, fields, old=old, problem=problem)


def drawn(visit: Visit, fields: Element, *, old: Card | None = None, problem: str = "") -> HttpResponse:
    """Answer with the card form around the payment service's `fields`."""
    offered = consent.charge(visit.tenant)
    return visit.render(
        "add.html",
        element=fields,
        locale=fields.locale(languages.tag(get_language() or "")),
        attempt=uuid4(),
        action=f"/edit/cards/{old.id}/replace" if old else "/edit/cards/add",
        old=shown(old, visit.now, visit.wallet.bookings) if old else None,
        old_is_gone=bool(old and old.status != Card.Status.ACTIVE),
        keep=consent.label(consent.keep(visit.tenant)),
        charge=consent.label(offered) if offered else None,
        countries=countries(),
        country=own_country(visit.tenant),
        problem=problem,
    )


def _why_not(finished: Finished) -> str:
    if finished.decline_code:
        return str(sentence(finished.decline_code))
    return _("Your bank’s check was not completed.")


def _attempt(visit: Visit) -> tuple[UUID, bool]:
    """Return the form's own id, and whether the second box was ticked.

    Raises `BadCardFormError` for what our script never sends, and without the first consent.
    """
    try:
        said = json.loads(visit.request.body)
        attempt = UUID(said["attempt"])
        agreed, charges = said["consent"] is True, said.get("charge", False)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadCardFormError("The body is not what the card form sends.") from None
    if not agreed or not isinstance(charges, bool):
        raise BadCardFormError("No consent was given.")
    return attempt, charges


def _texts(visit: Visit, *, charges: bool) -> list[ConsentText]:
    texts = [consent.keep(visit.tenant)]
    if charges:
        second = consent.charge(visit.tenant)
        if second is None:
            raise BadCardFormError("This Broker asks for no such consent.")
        texts.append(second)
    return texts


def _return_url(visit: Visit, setup_id: UUID) -> str:
    return f"{visit.tenant.origin}/edit/cards/add/{setup_id}"
