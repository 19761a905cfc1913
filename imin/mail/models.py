"""What became of each mail; neither its words nor its address are kept."""

from uuid import uuid4

from django.db import models

from imin.brokers.models import Broker
from imin.customers.models import Customer


class SentMail(models.Model):
    """A mail to a Customer. Its id is the outbox row's, and stands in the Message-ID and the return path."""

    class State(models.TextChoices):
        SENT = "sent", "Sent"
        DROPPED = "dropped", "Not sent: nobody needed it any more"
        REFUSED = "refused", "Refused by the mail server"
        BOUNCED = "bounced", "Came back"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    broker = models.ForeignKey(Broker, on_delete=models.CASCADE)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    kind = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State.choices)
    language = models.CharField(max_length=10, blank=True, default="")
    address_hash = models.CharField(
        max_length=64, blank=True, default="", help_text="SHA-256 of where it went, to know that address again."
    )
    at = models.DateTimeField(help_text="When it was sent or dropped.")
    answered_at = models.DateTimeField(null=True, blank=True, help_text="When a mail server refused or returned it.")
    answer = models.CharField(max_length=300, blank=True, default="", help_text="Why, without the address.")

    class Meta:
        indexes = [
            models.Index(fields=["customer"], name="mail_customer"),
            models.Index(fields=["at"], name="mail_age"),
        ]
