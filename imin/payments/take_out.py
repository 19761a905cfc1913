"""Taking a card out of the list, whoever wants that: the Customer now, the Customer earlier, or its successor."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from imin.payments.copying import save_changed
from imin.payments.detach import detach_later
from imin.payments.history import By, Event, note
from imin.payments.models import UNDO_PERIOD, Card
from imin.payments.notice import What, tell


def take_out(
    card: Card,
    now: datetime,
    *,
    by: By = By.CUSTOMER,
    details: Mapping[str, Any] | None = None,
    tells: bool = True,
) -> None:
    """Remove a saved card, and have its token given up after `UNDO_PERIOD`; while holding the Customer's lock.

    Who is the default then is the caller's to settle; that the card was is remembered for undo. `tells` says whether
    the Customer gets a mail.
    """
    card.status, card.removed_at, card.leaves_at = Card.Status.REMOVED, now, None
    card.was_default = card.is_default or card.was_default
    card.is_default = False
    save_changed(card, now)
    note(card=card, event=Event.REMOVED, by=by, details=details, now=now)
    detach_later(card, card.reference, now=now, due_at=now + UNDO_PERIOD)
    if tells:
        tell(card, What.REMOVED, now)
