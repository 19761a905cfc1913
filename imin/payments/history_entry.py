"""The history's rows: only ever added, each hashed together with the one before (Card Details, section 5).

The database numbers and hashes them, see docs/decisions/card-history.md; `history.note` is the way to add one.
"""

import json
from typing import Any

from django.db import models

from imin.brokers.models import Broker
from imin.customers.models import Customer


class Event(models.TextChoices):
    """What happened to a card, or to the Customer's cards as a whole."""

    ADDED = "added"
    VERIFIED = "verified"
    RENEWED = "renewed"
    UPDATED_BY_BANK = "updated_by_bank"
    USED = "used"
    DECLINED = "declined"
    MADE_DEFAULT = "made_default"
    EDITED = "edited"
    REMOVED = "removed"
    BROUGHT_BACK = "brought_back"
    DETACHED = "detached"
    REPLACED = "replaced"
    CONSENT_GIVEN = "consent_given"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    REMINDED = "reminded"
    BOOKING_MOVED = "booking_moved"
    BOOKED = "booked"  # an upcoming booking needs it from now on
    RELEASED = "released"  # that booking needs it no more
    UPDATED = "updated"  # at the payment service, nobody said by whom
    LEAVING = "leaving"  # to be removed after the last booking that needs it
    ERASED = "erased"  # all that was personal
    STAYS = "stays"  # not to be removed after all


class By(models.TextChoices):
    """Who did it."""

    CUSTOMER = "customer"
    BROKER = "broker"  # the Broker's server or one of its people
    OPERATOR = "operator"
    BANK = "bank"
    SERVICE = "service"  # the payment service
    PLATFORM = "platform"  # by itself, as a consequence of something else


class HistoryEntry(models.Model):
    """One thing that happened. Whatever is personal stands in `details`, of which the chain holds a digest alone.

    So an erased Customer's details can be blanked, salt included, and the chain still proves whole.
    """

    id = models.BigAutoField(primary_key=True)
    broker = models.ForeignKey(Broker, on_delete=models.PROTECT)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="history")
    card = models.ForeignKey("payments.Card", on_delete=models.PROTECT, null=True, blank=True, related_name="history")
    number = models.PositiveIntegerField(default=0, editable=False, help_text="Counts the Customer's, without gaps.")
    at = models.DateTimeField()
    event = models.CharField(max_length=30, help_text="See `Event`.")
    by_whom = models.CharField(max_length=10, help_text="See `By`.")
    details = models.TextField(default="{}", help_text="JSON; empty once blanked.")
    salt = models.CharField(max_length=64, default="", editable=False)
    digest = models.CharField(max_length=64, default="", editable=False, help_text="Of salt and details.")
    previous = models.CharField("hash of the entry before", max_length=64, default="", editable=False)
    hash = models.CharField(max_length=64, default="", editable=False)
    blanked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name_plural = "history entries"
        constraints = [models.UniqueConstraint(fields=["customer", "number"], name="history_number_once")]
        indexes = [models.Index(fields=["card", "-number"], name="history_of_card")]

    def __str__(self) -> str:
        return f"{self.number}: {self.event}"

    @property
    def said(self) -> dict[str, Any]:
        """The details, as they were told to `history.note`; none once blanked."""
        return json.loads(self.details) if self.details else {}


class HistoryHead(models.Model):
    """The newest number and hash of a Customer's history, so that one cut off at its end is noticed.

    Written by the database alone.
    """

    customer = models.OneToOneField(Customer, on_delete=models.PROTECT, primary_key=True)
    broker = models.ForeignKey(Broker, on_delete=models.PROTECT)
    number = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
