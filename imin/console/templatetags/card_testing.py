"""`{% card_testing_at broker %}`: what the guard saw at a Broker."""

from django import template

from imin.brokers.models import Broker
from imin.ground import clock
from imin.payments.guard.summary import Summary, summary_of

register = template.Library()


@register.simple_tag
def card_testing_at(broker: Broker) -> Summary:
    """Return the Broker's numbers of now."""
    return summary_of(broker_id=broker.pk, now=clock.now())
