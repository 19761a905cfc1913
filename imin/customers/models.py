"""A Customer Account of a Broker."""

from secrets import token_urlsafe
from uuid import uuid4

from django.db import models

from imin.brokers.models import Broker


def new_identifier() -> str:
    """Return a random public identifier: 16 URL-safe characters."""
    return token_urlsafe(12)


class Customer(models.Model):
    """A person at one Broker; the same person at another Broker is another Customer."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    broker = models.ForeignKey(Broker, on_delete=models.PROTECT)
    identifier = models.CharField(max_length=16, default=new_identifier, editable=False)
    subject = models.CharField(
        max_length=255, blank=True, default="", help_text="`sub` at the Broker's OpenID Provider."
    )
    email = models.EmailField(blank=True, default="")
    email_verified = models.BooleanField(default=False)
    given_name = models.CharField(max_length=150, blank=True, default="")
    family_name = models.CharField(max_length=150, blank=True, default="")
    language = models.CharField(
        max_length=10, blank=True, default="", db_default="", help_text="Of mails, and of pages on a new device."
    )
    reminders_stopped_at = models.DateTimeField(
        null=True, blank=True, help_text="When the Customer said that no reminders are wanted."
    )
    bounced_email = models.EmailField(
        "address that takes no mail",
        blank=True,
        default="",
        db_default="",
        help_text="While it is the e-mail address, nothing is sent to it.",
    )
    bounced_at = models.DateTimeField(null=True, blank=True)
    bounced_because = models.CharField(
        max_length=300, blank=True, default="", db_default="", help_text="What the mail server said of it."
    )
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["broker", "identifier"], name="customer_identifier_once"),
            models.UniqueConstraint(
                fields=["broker", "subject"], condition=~models.Q(subject=""), name="customer_subject_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.identifier

    @property
    def name(self) -> str:
        """The name as a page shows it, or the e-mail address, or nothing."""
        return f"{self.given_name} {self.family_name}".strip() or self.email

    @property
    def takes_mail(self) -> bool:
        """Say whether there is an address that no mail server has refused for good."""
        return bool(self.email) and self.email != self.bounced_email and self.erased_at is None
