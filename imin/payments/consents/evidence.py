"""The evidence of a consent: what was read, who agreed to it, how, and when it ended."""

from uuid import uuid4

from django.db import models

from imin.brokers.models import Broker
from imin.customers.models import Customer


class Purpose(models.TextChoices):
    """What is agreed to."""

    KEEP = "keep"
    CHARGE = "charge"


class Ended(models.TextChoices):
    """Why a consent is not in force any more."""

    WITHDRAWN = "withdrawn"
    CARD_GONE = "card_gone"
    ERASED = "erased"


class ConsentEvidence(models.Model):
    """One consent as it was given on a page. It has no card until the bank has verified that.

    The database refuses to change what was evidenced, and to delete it before `kept_until`; a consent that never
    took effect may go.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    broker = models.ForeignKey(Broker, on_delete=models.PROTECT)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT)
    setup = models.ForeignKey("payments.CardSetup", on_delete=models.PROTECT, related_name="consents")
    card = models.ForeignKey("payments.Card", on_delete=models.PROTECT, null=True, blank=True, related_name="consents")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    version = models.CharField("version of the text", max_length=40)
    language = models.CharField(max_length=20)
    text = models.TextField(blank=True, help_text="As it was read; empty only where it was not kept in former times.")
    text_hash = models.CharField("hash of the text", max_length=64, help_text="SHA-256, hexadecimal.")
    payee = models.CharField("who is paid", max_length=80, blank=True)
    given_at = models.DateTimeField()
    ip = models.CharField("IP address", max_length=45, blank=True)
    user_agent = models.CharField("browser", max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=10, blank=True, default="", choices=Ended.choices)
    ended_ip = models.CharField("IP address at the end", max_length=45, blank=True, default="")
    ended_user_agent = models.CharField("browser at the end", max_length=500, blank=True, default="")
    kept_until = models.DateTimeField(null=True, blank=True, help_text="When the evidence may be deleted.")

    class Meta:
        verbose_name = "consent"
        constraints = [models.UniqueConstraint(fields=["setup", "purpose"], name="consent_once_a_setup")]
        indexes = [
            models.Index(fields=["card", "purpose"], condition=models.Q(ended_at=None), name="consent_in_force"),
            models.Index(fields=["kept_until"], name="consent_kept_until"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose}, {self.version}"
