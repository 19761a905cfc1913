"""Which Customer it is that a Broker's provider vouches for (Card Details, section 2, “Customer”)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import get_language

from imin.brokers.acting import ADMIT, EVERY_CUSTOMER, acting
from imin.brokers.front_door import Tenant
from imin.brokers.models import OpenIdSettings
from imin.customers.models import Customer
from imin.ground.crossing import Statement
from imin.ground.log import logger
from imin.identity.claims import Claims, Recognise
from imin.identity.errors import NotAdmittedError, NotSetUpError

_ATTEMPTS = 3


def recognise(tenant: Tenant, claims: Claims, now: datetime) -> UUID:
    """Return the id of the Customer with these claims, made when the Broker wants that, brought up to date.

    By `sub`; else by the Broker's identifier claim; else by the verified e-mail when the Broker allows it; else a
    new account. Raises `NotAdmittedError` when there is no account to be used.
    """
    for _ in range(_ATTEMPTS):
        try:
            with acting(tenant.broker_id, EVERY_CUSTOMER):
                return _customer(tenant, claims, now).id
        except IntegrityError:  # the same person signs in twice at once; the other one was first
            continue
    raise NotAdmittedError("The account of this sub kept changing while it was looked up.")


def unchanged(tenant: Tenant, claims: Claims) -> Statement:
    """Return the read (for `at_once`) that admits to the Customer who comes again as they were."""
    said = _said(claims)
    read = (
        f"SELECT customer_id, {ADMIT} FROM (SELECT id AS customer_id FROM customers_customer "  # noqa: S608 our columns
        f"WHERE broker_id = %s AND erased_at IS NULL AND {' AND '.join(f'{name} = %s' for name in said)}) found"
    )
    return read, [tenant.broker_id, *said.values()]


def _customer(tenant: Tenant, claims: Claims, now: datetime) -> Customer:
    known = Customer.objects.filter(broker_id=tenant.broker_id, subject=claims.subject).first()
    if known and known.erased_at:
        raise NotAdmittedError(f"The account {known.identifier} was erased.")
    if not known:
        settings = OpenIdSettings.objects.filter(broker_id=tenant.broker_id).first()
        if not settings:
            raise NotSetUpError("The Broker's OpenID settings are gone.")
        known = _by_identifier(tenant, claims) or (_by_email(tenant, claims) if settings.match_verified_email else None)
        if not known and not settings.create_accounts:
            raise NotAdmittedError("No account has this sub, and accounts are not made at sign-in.")
        logger(__name__).info("customer_recognised", broker=tenant.slug, new=not known)
    if known:
        _bring_up_to_date(known, claims)
        return known
    return Customer.objects.create(
        broker_id=tenant.broker_id, created_at=now, language=get_language() or "", **_said(claims)
    )


def _by_identifier(tenant: Tenant, claims: Claims) -> Customer | None:
    """Return the account that the Broker's own identifier names, unless another person signs in to it already."""
    if not claims.identifier:
        return None
    mine = Customer.objects.filter(broker_id=tenant.broker_id, erased_at=None)
    named = mine.filter(identifier=claims.identifier).select_for_update().first()
    if named and named.subject:
        raise NotAdmittedError(f"The account {named.identifier} belongs to another sub.")
    return named


def _by_email(tenant: Tenant, claims: Claims) -> Customer | None:
    """Return the one account with this verified e-mail and no `sub`; two would be a guess."""
    if not claims.email or not claims.email_verified:
        return None
    free = Customer.objects.filter(broker_id=tenant.broker_id, subject="", erased_at=None, email_verified=True)
    found = [
        customer
        for customer in free.filter(email__iexact=claims.email).select_for_update()
        if _same_email(customer.email, claims.email)
    ]
    return found[0] if len(found) == 1 else None


def _same_email(one: str, other: str) -> bool:
    """Ignore case only among ASCII letters: “ı” and “i” become one letter in capitals, yet are two people."""
    return one == other or (one.isascii() and other.isascii() and one.lower() == other.lower())


def _bring_up_to_date(customer: Customer, claims: Claims) -> None:
    changed = {name: value for name, value in _said(claims).items() if getattr(customer, name) != value}
    if changed:
        Customer.objects.filter(id=customer.id).update(**changed)


def _said(claims: Claims) -> dict[str, Any]:
    """Return what to store of `claims`; what the provider does not say stays as it was."""
    said: dict[str, Any] = {"subject": claims.subject}
    if claims.given_name or claims.family_name:
        said |= {"given_name": claims.given_name, "family_name": claims.family_name}
    if claims.email:
        said |= {"email": claims.email, "email_verified": claims.email_verified}
    return said


RECOGNISE = Recognise(unchanged, recognise)
