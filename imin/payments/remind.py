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
# What is asked of each card is a subquery of its own, answered by an index: joined to whole tables, the planner may
# read all of them for every page.
_REMIND = """
    WITH page AS MATERIALIZED (
        SELECT id, broker_id, customer_id, is_default, exp_year, exp_month FROM payments_card
        WHERE status = 'active' AND exp_year = %(year)s AND exp_month = %(month)s AND id > %(after)s
        ORDER BY id LIMIT %(page)s
    ), made AS (
        INSERT INTO payments_cardreminder (id, broker_id, customer_id, card_id, exp_year, exp_month, created_at)
        SELECT gen_random_uuid(), k.broker_id, k.customer_id, k.id, k.exp_year, k.exp_month, %(now)s
        FROM page k
        WHERE (k.is_default OR (SELECT true FROM payments_cardbooking w
                                WHERE w.card_id = k.id AND w.released_at IS NULL AND w.until > %(now)s LIMIT 1))
          AND (SELECT true FROM payments_cardreminder r
               WHERE r.card_id = k.id AND r.exp_year = k.exp_year AND r.exp_month = k.exp_month LIMIT 1) IS NULL
          AND (SELECT c.erased_at IS NULL AND c.reminders_stopped_at IS NULL AND c.email NOT IN ('', c.bounced_email)
               FROM customers_customer c WHERE c.id = k.customer_id)
          AND (SELECT b.active AND b.card_reminders FROM brokers_broker b WHERE b.id = k.broker_id)
          AND (SELECT true FROM brokers_domain d
               WHERE d.broker_id = k.broker_id AND d.product = 'cards' AND d.state = ANY(%(served)s) LIMIT 1)
        ON CONFLICT DO NOTHING
        RETURNING id, broker_id, customer_id
    )
    SELECT last.id, made.* FROM (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS last LEFT JOIN made ON true
"""


def remind_due(*, now: datetime) -> int:
    """Have every Customer told whose card expires soon and who was not told yet; return how many. As the owner."""
    return sum(_of_month(year, month, now) for year, month in months_reminded_now(now))


def _of_month(year: int, month: int, now: datetime) -> int:
    reminded, after = 0, UUID(int=0)
    while page := _page(year, month, after, now):
        after = page[0][0]
        reminded += sum(id_ is not None for _last, id_, *_whose in page)
    return reminded


def _page(year: int, month: int, after: UUID, now: datetime) -> list[tuple[Any, ...]]:
    """Remind the next `PAGE` cards; return the last card's id beside each reminder, nothing after the last page."""
    with transaction.atomic(using=role()), connections[role()].cursor() as cursor:
        given: dict[str, Any] = {"year": year, "month": month, "after": after, "now": now}
        cursor.execute(_REMIND, given | {"served": [*Domain.SERVED], "page": PAGE})
        page: list[tuple[Any, ...]] = cursor.fetchall()
        due = [(id_, broker_id, {"customer": str(customer_id)}) for _last, id_, broker_id, customer_id in page if id_]
        if due:
            outbox.put_many(kind=KIND, effects=due, now=now)
    return page
