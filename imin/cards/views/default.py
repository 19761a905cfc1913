"""Making a card the default one."""

from uuid import UUID

from django.http import HttpResponse

from imin.cards.door import Visit, for_customer
from imin.cards.notices import Notice, code
from imin.payments import default


@for_customer("POST")
def make_default(visit: Visit, *, card_id: UUID) -> HttpResponse:
    """Make the card the default one."""
    default.make_default(
        broker_id=visit.tenant.broker_id, customer_id=visit.customer_id, card_id=card_id, now=visit.now
    )
    return visit.say(code(Notice.DEFAULT, card_id))
