"""Finding the cards that expire soon, and having each one's Customer told of it, once for each card and expiry.

Card Details, section 3. A reminder and the outbox row that sends it are one transaction, so a job that dies anywhere
loses none and doubles none. The cards are walked in the order of an index, a page at a time: neither memory nor the
length of a transaction grows with their number.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from imin.brokers.models import Domain
from imin.ground import outbox
from imin.ground.database import role
from imin.payments.expiry import months_reminded_now

KIND = "payments.card_expiring"
PAGE = 500
_REMIND = """
    INSERT INTO payments_cardreminder (id, broker_id, customer_id, card_id, exp_year, exp_month, created_at)
    SELECT gen_random_uuid(), k.broker_id, k.customer_id, k.id, k.exp_year, k.exp_month, %(now)s
    FROM payments_card k
    JOIN customers_customer c ON c.id = k.customer_id
    JOIN brokers_broker b ON b.id = k.broker_id
    WHERE k.status = 'active' AND k.exp_year = %(year)s AND k.exp_month = %(month)s AND k.id > %(after)s
      AND (k.is_default OR EXISTS (SELECT FROM payments_cardbooking w
                                   WHERE w.card_id = k.id AND w.released_at IS NULL AND w.until > %(now)s))
      AND c.erased_at IS NULL AND c.reminders_stopped_at IS NULL AND c.email <> '' AND c.email <> c.bounced_email
      AND b.active AND b.card_reminders
      AND EXISTS (SELECT FROM brokers_domain d
                  WHERE d.broker_id = k.broker_id AND d.product = 'cards' AND d.state = ANY(%(served)s))
      AND NOT EXISTS (SELECT FROM payments_cardreminder r
                      WHERE r.card_id = k.id AND r.exp_year = k.exp_year AND r.exp_month = k.exp_month)
    ORDER BY k.id LIMIT %(page)s
    ON CONFLICT DO NOTHING
    RETURNING id, broker_id, customer_id, card_id
"""


def remind_due(*, now: datetime) -> int:
    """Have every Customer told whose card expires soon and who was not told yet; return how many. As the owner."""
    return sum(_of_month(year, month, now) for year, month in months_reminded_now(now))


def _of_month(year: int, month: int, now: datetime) -> int:
    reminded, after = 0, UUID(int=0)
    while page := _page(year, month, after, now):
        reminded += len(page)
        after = max(card_id for *_others, card_id in page)
    return reminded


def _page(year: int, month: int, after: UUID, now: datetime) -> list[tuple[Any, ...]]:
    with transaction.atomic(using=role()), connections[role()].cursor() as cursor:
        given: dict[str, Any] = {
            "year": year,
            "month": month,
            "after": after,
            "now": now,
            "page": PAGE,
            "served": [*Domain.SERVED],
        }
        cursor.execute(_REMIND, given)
        page: list[tuple[Any, ...]] = cursor.fetchall()
        if page:
            due = [(id_, broker_id, {"customer": str(customer_id)}) for id_, broker_id, customer_id, _card in page]
            outbox.put_many(kind=KIND, effects=due, now=now)
    return page
