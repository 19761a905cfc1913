"""The consents about one card: what is agreed to, giving the second later, withdrawing one by one, all evidence."""

from uuid import UUID, uuid4

from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse
from django.utils.translation import gettext as _

from imin.brokers.acting import acting
from imin.cards import consent, failures
from imin.cards.consent_words import told
from imin.cards.door import Visit, for_customer, see_other
from imin.cards.notices import Notice, code
from imin.cards.step_up import sure_who
from imin.cards.wording import shown
from imin.payments.add import Finished, Outcome, finish
from imin.payments.consents.confirm import confirm
from imin.payments.consents.end import withdraw_charges
from imin.payments.consents.evidence import Purpose
from imin.payments.consents.queries import evidence_of
from imin.payments.declines import sentence
from imin.payments.errors import AttemptUsedError, CardGoneError


@for_customer("GET")
def consents(visit: Visit, *, card_id: UUID) -> HttpResponse:
    """Show what is agreed to, what may be charged, when and by whom, and all evidence."""
    return _page(visit, card_id)


@for_customer("POST")
@sure_who
def give(visit: Visit, *, card_id: UUID) -> HttpResponse:
    """Take the second consent for a saved card, and send the person to their bank."""
    text = consent.charge(visit.tenant)
    if text is None:
        raise SuspiciousOperation("This Broker asks for no such consent.")
    if "agree" not in visit.request.POST:
        return _page(visit, card_id, problem=_("Please tick this box if you agree. Nothing was changed."))
    try:
        asked = confirm(
            tenant=visit.tenant,
            customer_id=visit.customer_id,
            card_id=card_id,
            attempt=_attempt(visit),
            consent=consent.given(visit.request, text, now=visit.now),
            return_url=lambda setup_id: f"{visit.tenant.origin}/edit/cards/{card_id}/consents/{setup_id}",
            now=visit.now,
        )
    except AttemptUsedError as used:
        return see_other(f"/edit/cards/{card_id}/consents/{used.setup_id}")
    if asked.finished:
        return _said(visit, card_id, asked.finished)
    response = visit.render("bank.html", url=asked.bank_url)
    response["Refresh"] = f"0; url={asked.bank_url}"
    return response


@for_customer("GET", get_saves=True)
def given(visit: Visit, *, card_id: UUID, setup_id: UUID) -> HttpResponse:
    """Say how the bank's question went, from what the payment service says."""
    finished = finish(broker_id=visit.tenant.broker_id, customer_id=visit.customer_id, setup_id=setup_id, now=visit.now)
    return _said(visit, card_id, finished)


@for_customer("POST")
def withdraw(visit: Visit, *, card_id: UUID) -> HttpResponse:
    """End the second consent; the card stays."""
    withdraw_charges(
        broker_id=visit.tenant.broker_id,
        customer_id=visit.customer_id,
        card_id=card_id,
        sender=consent.sender(visit.request),
        now=visit.now,
    )
    return visit.say(code(Notice.CHARGE_WITHDRAWN, card_id))


def _said(visit: Visit, card_id: UUID, finished: Finished) -> HttpResponse:
    if finished.outcome is Outcome.CONFIRMED:
        return visit.say(code(Notice.CHARGE_GIVEN, card_id))
    if finished.card:  # saved by another form
        return see_other(f"/edit/cards/{finished.card.id}/consents")
    if finished.outcome in (Outcome.PENDING, Outcome.ACTION_REQUIRED):
        return visit.render("pending.html")
    why = str(sentence(finished.decline_code)) if finished.decline_code else _("Your bank’s check was not completed.")
    return _page(visit, card_id, problem=f"{why} {_('Nothing was changed.')}")


def _page(visit: Visit, card_id: UUID, *, problem: str = "") -> HttpResponse:
    card = visit.wallet.card(card_id)
    if card is None:
        return failures.told(visit.request, CardGoneError(str(card_id)), signed_in_as=visit.wallet.name)
    with acting(visit.tenant.broker_id, visit.customer_id):
        evidence = evidence_of(card_id)
    in_force = [one for one in evidence if one.ended_at is None]
    offered = consent.charge(visit.tenant)
    charges = [one for one in in_force if one.purpose == Purpose.CHARGE]
    return visit.render(
        "consents.html",
        here=f"/edit/cards/{card_id}/consents",
        status=422 if problem and visit.request.method == "POST" else 200,
        card=shown(card, visit.now),
        keep=next((told(one) for one in in_force if one.purpose == Purpose.KEEP), None),
        charge=told(charges[0]) if charges else None,
        offered=consent.label(offered) if offered and not charges and card.can_be_default(visit.now) else None,
        evidence=[told(one) for one in evidence],
        attempt=uuid4(),
        problem=problem,
    )


def _attempt(visit: Visit) -> UUID:
    """Return the form's own id; raises `SuspiciousOperation`, which is answered with 400, when it is none of ours."""
    try:
        return UUID(visit.request.POST.get("attempt", ""))
    except ValueError:
        raise SuspiciousOperation("The form carries no attempt.") from None
