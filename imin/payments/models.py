"""Saved cards, and what is under way with them at the payment service."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import models

from imin.brokers.models import Broker
from imin.customers.models import Customer
from imin.payments.consents.evidence import ConsentEvidence  # noqa: F401 Django looks for models here
from imin.payments.expiry import end_of
from imin.payments.history_entry import HistoryEntry, HistoryHead  # noqa: F401 likewise

UNDO_PERIOD = timedelta(hours=24)


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
    leaves_at = models.DateTimeField(
        null=True, blank=True, help_text="To be removed then, when the last booking that needs it is over."
    )
    leaving_since = models.DateTimeField(null=True, blank=True, help_text="When the Customer asked for that.")
    withdrawn_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was found gone at the payment service, by no doing of ours."
    )
    bank_updated_at = models.DateTimeField(
        null=True, blank=True, help_text="When its bank last changed it, by the payment service's clock."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["broker", "account", "reference"], name="card_reference_once"),
            models.UniqueConstraint(fields=["customer"], condition=models.Q(is_default=True), name="one_default_card"),
            models.CheckConstraint(
                condition=models.Q(is_default=False) | models.Q(status="active"),
                name="default_card_is_active",
            ),
            models.CheckConstraint(condition=models.Q(exp_month__gte=1, exp_month__lte=12), name="card_expiry_month"),
            models.CheckConstraint(
                condition=models.Q(leaves_at=None) | models.Q(status="active"), name="leaving_card_is_active"
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "status"], name="card_of_customer"),
            models.Index(fields=["leaves_at"], condition=models.Q(leaves_at__isnull=False), name="card_leaving"),
            models.Index(fields=["reference"], name="card_reference"),
            models.Index(
                fields=["exp_year", "exp_month", "id"], condition=models.Q(status="active"), name="card_expiring"
            ),
            models.Index(
                fields=["exp_year", "exp_month"], condition=models.Q(is_default=True), name="card_default_expiry"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand} •••• {self.last4}"

    @property
    def valid_until(self) -> datetime:
        """The moment at which the card's last day has ended everywhere on Earth."""
        return end_of(self.exp_year, self.exp_month)

    def expiry(self, now: datetime) -> Expiry:
        """Say whether the card is valid, in its last month, or expired at `now`."""
        if now >= self.valid_until:
            return self.Expiry.EXPIRED
        in_last_month = (now.year, now.month) >= (self.exp_year, self.exp_month)
        return self.Expiry.THIS_MONTH if in_last_month else self.Expiry.VALID

    def lasts_until(self, moment: datetime) -> bool:
        """Say whether it is still valid at `moment`, wherever on Earth that is."""
        return moment < self.valid_until

    def can_be_default(self, now: datetime) -> bool:
        """Say whether bookings may be paid with it at `now`."""
        return self.status == self.Status.ACTIVE and self.expiry(now) != self.Expiry.EXPIRED


class CardBooking(models.Model):
    """A booking that may be charged to a card until a moment: what a *hold on a card* is to orders.

    It is no `CardHold`, which is the guard's. Orders place, move and release it (`bookings/`); a card that a booking
    still needs is not given up (Card Details, section 3).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    broker = models.ForeignKey(Broker, on_delete=models.PROTECT)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT)
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="bookings")
    reference = models.CharField(max_length=100, help_text="The order's own name for it: placed twice is placed once.")
    title = models.CharField(max_length=200, help_text="What was booked, as the Customer reads it.")
    link = models.URLField(max_length=500, blank=True, default="", help_text="Where the Customer sees the booking.")
    day = models.DateField(help_text="The day of the booking, by the calendar of its place.")
    until = models.DateTimeField(help_text="From then on nothing can be charged for it.")
    placed_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True, help_text="Cancelled, or charged.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "reference"], name="card_booking_once"),
        ]
        indexes = [
            models.Index(
                fields=["customer", "until"], condition=models.Q(released_at=None), name="booking_of_customer"
            ),
            models.Index(fields=["card", "until"], condition=models.Q(released_at=None), name="booking_of_card"),
        ]

    def __str__(self) -> str:
        return f"{self.title} on {self.day}"


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
    replaces = models.ForeignKey(
        Card, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Retired for the new one."
    )
    confirms = models.ForeignKey(
        Card,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="confirmations",
        help_text="A saved card whose bank makes sure who it is, for a consent that is given later.",
    )
    network = models.CharField(
        "address", max_length=50, blank=True, default="", db_default="", help_text="IPv6: its /64."
    )
    challenge = models.BooleanField(
        default=False, db_default=False, help_text="The bank is asked to make sure who it is; see guard/."
    )
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
    bank_did_it_at = models.DateTimeField(
        null=True, blank=True, help_text="When a bank changed the card by itself, by the payment service's clock."
    )
    failed = models.JSONField(null=True, blank=True, help_text="The try that a bank refused, when it tells of one.")
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="When it is (next) to be handled; ahead while somebody does.")
    handled_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=models.Q(handled_at=None), name="event_due")]


class CardFailure(models.Model):
    """One try of a card that its bank refused, as the payment service told it; counted by `guard/`."""

    id = models.BigAutoField(primary_key=True)
    broker = models.ForeignKey(Broker, on_delete=models.CASCADE)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, help_text="None: erased since.")
    account = models.CharField(max_length=255, blank=True, default="")
    attempt = models.CharField(max_length=255, help_text="`setatt_…`: each try counts once.")
    fingerprint = models.CharField(max_length=255, blank=True, default="")
    bin = models.CharField("BIN", max_length=8, blank=True, default="", help_text="Only where the service tells it.")
    network = models.CharField("address", max_length=50, blank=True, default="", help_text="IPv6: its /64.")
    decline = models.CharField(max_length=60)
    failed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "attempt"], name="failed_try_once")]
        indexes = [
            models.Index(fields=["customer", "failed_at"], name="failure_customer"),
            models.Index(fields=["account", "fingerprint", "failed_at"], name="failure_card"),
            models.Index(fields=["bin", "failed_at"], name="failure_bin"),
            models.Index(fields=["network", "failed_at"], name="failure_network"),
            models.Index(fields=["broker", "failed_at"], name="failure_broker"),
        ]


class CardHold(models.Model):
    """What the guard decided about a Customer, an address or a whole Broker; it ends by itself, or is lifted."""

    class Whose(models.TextChoices):
        CUSTOMER = "customer", "Customer"
        ADDRESS = "address", "Address"
        BROKER = "broker", "Broker"

    class Step(models.IntegerChoices):
        SLOW = 1, "Slowed down"
        CHALLENGE = 2, "Challenged"
        STOP = 3, "Stopped"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    broker = models.ForeignKey(Broker, on_delete=models.CASCADE)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, blank=True)
    whose = models.CharField(max_length=10, choices=Whose.choices)
    network = models.CharField("address", max_length=50, blank=True, default="")
    step = models.PositiveSmallIntegerField(choices=Step.choices)
    because = models.CharField(max_length=100, help_text="What was counted, and how often.")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    wait_until = models.DateTimeField(help_text="No new try before that.")
    until = models.DateTimeField(help_text="When it ends by itself.")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=150, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["broker", "until"], condition=models.Q(lifted_at=None), name="hold_live")]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.customer or self.network or self.broker}"


class CardReminder(models.Model):
    """A reminder that a card expires: one for each card and expiry. Its id is the outbox row's and names the mail."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    broker = models.ForeignKey(Broker, on_delete=models.CASCADE)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    card = models.ForeignKey(Card, on_delete=models.CASCADE)
    exp_year = models.PositiveIntegerField()
    exp_month = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["card", "exp_year", "exp_month"], name="one_reminder_per_expiry"),
        ]
