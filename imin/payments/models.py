"""Saved cards, and what is under way with them at the payment service."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.db import models

from imin.brokers.models import Broker
from imin.customers.models import Customer

UNDO_PERIOD = timedelta(hours=24)
_LAST_PLACE_ON_EARTH = timedelta(hours=12)  # at UTC-12 the month ends twelve hours after it ended in UTC


class PaymentAccount(models.Model):
    """The payment service's account that a Broker's cards live in; without one, the platform's own."""

    broker = models.OneToOneField(Broker, on_delete=models.CASCADE, primary_key=True)
    reference = models.CharField(max_length=255, help_text="For example acct_…")

    def __str__(self) -> str:
        return self.reference


class Payer(models.Model):
    """A Customer as the payment service knows them (`cus_…`), in one account."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    broker = models.ForeignKey(Broker, on_delete=models.PROTECT)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT)
    account = models.CharField(max_length=255, blank=True, default="", help_text="Empty: the platform's own.")
    reference = models.CharField(max_length=255, blank=True, default="", help_text="`cus_…`; empty: not asked for yet.")
    calls = models.PositiveSmallIntegerField(default=0, help_text="Idempotency keys spent; see keys.py.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "account"], name="one_payer_per_account"),
        ]
        indexes = [models.Index(fields=["reference"], name="payer_reference")]


class Card(models.Model):
    """A payment card: the payment service's token and what it tells us, plus nickname, default and status."""

    class Status(models.TextChoices):
        ACTIVE = "active"
        REMOVED = "removed"  # by the Customer; can be undone until `removed_at` + UNDO_PERIOD
        DETACHED = "detached"  # gone at the payment service, for good

    class Expiry(models.TextChoices):
        VALID = "valid"
        THIS_MONTH = "this_month"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    broker = models.ForeignKey(Broker, on_delete=models.PROTECT)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="cards")
    account = models.CharField(max_length=255, blank=True, default="")
    reference = models.CharField(max_length=255, help_text="The payment service's token (`pm_…`).")
    fingerprint = models.CharField(max_length=255, blank=True, default="")
    brand = models.CharField(max_length=30)
    last4 = models.CharField(max_length=4)
    exp_month = models.PositiveSmallIntegerField()
    exp_year = models.PositiveSmallIntegerField()
    funding = models.CharField(max_length=20, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="")
    holder_name = models.CharField(max_length=200, blank=True, default="")
    address = models.JSONField(default=dict, blank=True, help_text="line1, line2, city, state, postal_code, country")
    nickname = models.CharField(max_length=40, blank=True, default="")
    is_default = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    version = models.PositiveIntegerField(default=1, help_text="Grows with each change; a form carries it.")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    was_default = models.BooleanField(default=False, help_text="Restored by undo.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["broker", "account", "reference"], name="card_reference_once"),
            models.UniqueConstraint(fields=["customer"], condition=models.Q(is_default=True), name="one_default_card"),
            models.CheckConstraint(
                condition=models.Q(is_default=False) | models.Q(status="active"),
                name="default_card_is_active",
            ),
            models.CheckConstraint(condition=models.Q(exp_month__gte=1, exp_month__lte=12), name="card_expiry_month"),
        ]
        indexes = [
            models.Index(fields=["customer", "status"], name="card_of_customer"),
            models.Index(fields=["reference"], name="card_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.brand} •••• {self.last4}"

    @property
    def valid_until(self) -> datetime:
        """The moment at which the card's last day has ended everywhere on Earth."""
        year, month = (self.exp_year + 1, 1) if self.exp_month == 12 else (self.exp_year, self.exp_month + 1)
        return datetime(year, month, 1, tzinfo=UTC) + _LAST_PLACE_ON_EARTH

    def expiry(self, now: datetime) -> Expiry:
        """Say whether the card is valid, in its last month, or expired at `now`."""
        if now >= self.valid_until:
            return self.Expiry.EXPIRED
        in_last_month = (now.year, now.month) >= (self.exp_year, self.exp_month)
        return self.Expiry.THIS_MONTH if in_last_month else self.Expiry.VALID

    def can_be_default(self, now: datetime) -> bool:
        """Say whether bookings may be paid with it at `now`."""
        return self.status == self.Status.ACTIVE and self.expiry(now) != self.Expiry.EXPIRED


class CardSetup(models.Model):
    """A card being added: written before the payment service is asked, finished from what it says.

    `attempt` comes from the form, so that a double submit is one setup. The id is the idempotency key.
    """

    class Status(models.TextChoices):
        OPEN = "open"
        SAVED = "saved"
        FAILED = "failed"
        ABANDONED = "abandoned"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    broker = models.ForeignKey(Broker, on_delete=models.PROTECT)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT)
    account = models.CharField(max_length=255, blank=True, default="")
    attempt = models.UUIDField()
    reference = models.CharField(max_length=255, blank=True, default="", help_text="`seti_…`")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    decline_code = models.CharField(max_length=60, blank=True, default="")
    outcome = models.CharField(max_length=20, blank=True, default="", help_text="new, renewed, identical, …")
    card = models.ForeignKey(Card, on_delete=models.PROTECT, null=True, blank=True)
    consent = models.JSONField(help_text="text version and hash, language, time, IP address, user agent")
    calls = models.PositiveSmallIntegerField(default=0, help_text="Idempotency keys spent; see keys.py.")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="When the sweep looks at it next, while it is open.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "attempt"], name="setup_attempt_once"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(status="open"), name="setup_due"),
            models.Index(fields=["reference"], name="setup_reference"),
        ]


class CardChange(models.Model):
    """An edit under way at the payment service; written before the call, so that a crash is finished later."""

    class Status(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        REFUSED = "refused"
        DROPPED = "dropped"  # the card moved on before the payment service could be asked

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    broker = models.ForeignKey(Broker, on_delete=models.PROTECT)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT)
    card = models.ForeignKey(Card, on_delete=models.CASCADE)
    card_version = models.PositiveIntegerField()
    changes = models.JSONField(help_text="The whole edit: exp_month, exp_year, holder_name, address, nickname, …")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    calls = models.PositiveSmallIntegerField(default=0, help_text="Idempotency keys spent; see keys.py.")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["card"], condition=models.Q(status="pending"), name="one_change_at_a_time"),
        ]


class GatewayEvent(models.Model):
    """A webhook of the payment service, verified and stored once; a job reads the truth and follows it."""

    id = models.BigAutoField(primary_key=True)
    event = models.CharField(max_length=255, unique=True, help_text="`evt_…`")
    account = models.CharField(max_length=255, blank=True, default="")
    kind = models.CharField(max_length=80, help_text="What it is about: setup, card or payer.")
    subject = models.CharField(max_length=255, help_text="Id of the object that it is about.")
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="When it is (next) to be handled; ahead while somebody does.")
    handled_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=models.Q(handled_at=None), name="event_due")]
