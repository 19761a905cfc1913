"""Reads of the pages; inside `acting`."""

from uuid import UUID

from django.db import connections

from imin.ground.database import role

_NAME = "SELECT given_name, family_name, email FROM customers_customer WHERE id = %s AND erased_at IS NULL"


def name_of(customer_id: UUID) -> str | None:
    """Return how a page addresses the Customer, short, as others may look on: “A. Example”; None once erased."""
    with connections[role()].cursor() as cursor:
        cursor.execute(_NAME, [customer_id])
        row = cursor.fetchone()
    if row is None:
        return None
    given, family, email = row
    if given and family:
        return f"{given[0]}. {family}"
    return given or family or email or ""
