"""Telling the operators, and the Broker at their own address, that somebody tries cards there (Card Details, 7).

Only of what holds the whole Broker: single people who are held are the operators' matter.
"""

from datetime import datetime

from django.conf import settings

from imin.brokers.models import Broker
from imin.ground import mail, outbox
from imin.ground.hosts import origin, platform_host
from imin.ground.log import logger
from imin.ground.outbox import Effect
from imin.payments.models import CardHold

KIND = "payments.card_testing_alert"
_WHAT = {
    CardHold.Step.CHALLENGE: "From now on each bank is asked to make sure who adds a card. Honest people go on with "
    "one step more.",
    CardHold.Step.STOP: "From now on nobody can add a card there. Cards that are saved already work as before.",
}
_BODY = (
    "Somebody is trying cards at {broker}: {because}.\n\n{what}\n\nIt ends by itself at {until:%H:%M on %d %B %Y} UTC, "
    "or later when more cards fail.\n"
)
_OPERATORS = "\nWho is held, and why:\n{page}\n"
_BROKER = (
    "\nThere is nothing that you must do. If a campaign of yours brings many new Customers just now, tell the "
    "operators of your cards pages, who can lift this.\n"
)


def tell(*, hold: CardHold, now: datetime) -> None:
    """Store, in the caller's transaction, the mails about a whole Broker's hold that is new or has become stricter."""
    what = {"step": int(hold.step), "because": hold.because, "until": hold.until.isoformat()}
    for to in ("operators", "broker") if hold.broker.alert_mail else ("operators",):
        outbox.put(kind=KIND, broker_id=hold.broker_id, payload={"to": to, **what}, now=now)


def send_due(*, now: datetime) -> int:
    """Send the mails that wait; return how many."""
    return outbox.drain(kind=KIND, now=now, handle=_send)


def _send(effect: Effect) -> None:
    broker, by_broker = Broker.objects.filter(pk=effect.broker_id).first(), effect.payload["to"] == "broker"
    if broker is None:
        return  # deleted meanwhile
    to = [broker.alert_mail] if by_broker else settings.OPERATORS_MAIL
    if not any(to):
        logger(__name__).warning("alert_to_nobody", broker=broker.slug, **effect.payload)
        return
    page = f"{origin(platform_host('console'))}/payments/cardhold/?broker__id__exact={broker.pk}"
    body = (_BODY + (_BROKER if by_broker else _OPERATORS)).format(
        broker=broker.name,
        because=effect.payload["because"],
        what=_WHAT[CardHold.Step(effect.payload["step"])],
        until=datetime.fromisoformat(effect.payload["until"]),
        page=page,
    )
    mail.send(to=to, subject=f"Somebody is trying cards at {broker.name}", body=body, key=str(effect.id))
