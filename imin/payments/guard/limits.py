"""After how many failed tries, counted over how long, which step is taken."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from imin.brokers.models import Broker
from imin.payments.models import CardHold

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
_ENOUGH = 10**9
Step = CardHold.Step


@dataclass(frozen=True)
class Limits:
    """Failed tries within `window` from which on a step is taken."""

    slow: int
    challenge: int
    stop: int
    window: timedelta

    def step(self, failures: int) -> "Step | None":
        """Return the step for so many failures, or None."""
        for least, step in ((self.stop, Step.STOP), (self.challenge, Step.CHALLENGE), (self.slow, Step.SLOW)):
            if failures >= least:
                return step
        return None

    def wait(self, failures: int) -> timedelta:
        """Return how long to wait after so many failures: half a minute, then twice as long each time."""
        if failures < self.slow:
            return timedelta(0)
        doubled: int = 2 ** min(failures - self.slow, 10)
        return min(FIRST_WAIT * doubled, LONGEST_WAIT)


def of_customer() -> Limits:
    """Return the limits of one person's tries."""
    return Limits(*settings.CARD_GUARD_CUSTOMER, DAY)


def of_card() -> Limits:
    """Return the limits of one card's tries, whoever tries it, inside one payment account."""
    return Limits(*settings.CARD_GUARD_CARD, DAY)


def of_bin() -> Limits:
    """Return the limits of cards that begin alike, where the payment service tells how they begin."""
    return Limits(*settings.CARD_GUARD_BIN, HOUR)


def of_address() -> Limits:
    """Return the limits of one address, at all Brokers together; an office or a train has one for many people."""
    return Limits(*settings.CARD_GUARD_ADDRESS, HOUR)


def of_broker(broker: Broker) -> Limits:
    """Return the Broker's own limits; nobody is made to wait for what others did, so they begin with challenges."""
    challenge, stop = broker.failed_cards_challenge, broker.failed_cards_stop
    return Limits(_ENOUGH, challenge, max(challenge, stop), HOUR)
