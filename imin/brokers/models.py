"""A Broker and what operators set for it: domains, looks, sign-in."""

from secrets import token_hex
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from imin.brokers import contrast
from imin.ground import clock, hosts, vault


def new_label() -> str:
    """Return what makes the target of one domain unlike every other's and not to be guessed."""
    return token_hex(8)


def new_proof() -> str:
    """Return what only the Broker of one domain is told, to be shown in its DNS."""
    return token_hex(16)


class Broker(models.Model):
    """A company that sells sport and activity under its own name through the platform: a tenant."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    slug = models.SlugField(unique=True, help_text="Short name in commands, for example acmebroker.")
    name = models.CharField(max_length=80, help_text="As Customers know it; it stands on every page.")
    active = models.BooleanField(default=True, help_text="Pages of an inactive Broker answer 404.")
    dashboard_url = models.URLField(
        "Broker Customer Dashboard URL",
        help_text="Where “Back to my account” leads, and where a Customer goes after signing out.",
    )
    session_idle_minutes = models.PositiveSmallIntegerField(
        default=15, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    session_hours = models.PositiveSmallIntegerField(
        default=8, validators=[MinValueValidator(1), MaxValueValidator(24)]
    )
    max_cards = models.PositiveSmallIntegerField(default=10, validators=[MinValueValidator(1), MaxValueValidator(50)])
    failed_cards_challenge = models.PositiveIntegerField(
        "Failed cards before challenges",
        default=30,
        db_default=30,
        validators=[MinValueValidator(1)],
        help_text="So many failed cards within an hour, of all Customers together, look like card testing: from then "
        "on each bank is asked to make sure who adds a card.",
    )
    failed_cards_stop = models.PositiveIntegerField(
        "Failed cards before a stop",
        default=150,
        db_default=150,
        validators=[MinValueValidator(1)],
        help_text="From so many within an hour on nobody can add a card, until an hour has passed without.",
    )
    card_reminders = models.BooleanField(
        "Reminders by mail",
        default=True,
        db_default=True,
        help_text="Write to Customers some 20 days before their default card, or one that a booking needs, expires.",
    )
    card_notices = models.BooleanField(
        "Mails about added and removed cards",
        default=True,
        db_default=True,
        help_text="Write to Customers when a card was added to their account or removed from it, so that who did not "
        "do it learns of it.",
    )
    mail_reply_to = models.EmailField(
        "Answers to mails go to",
        blank=True,
        default="",
        db_default="",
        help_text="The Broker's own address for questions. Empty: mails say that nobody reads answers.",
    )
    alert_mail = models.EmailField(
        "Alerts go to",
        blank=True,
        default="",
        db_default="",
        help_text="The Broker's own address, told when somebody tries cards there, and when a domain of theirs begins "
        "to fail or works again. Operators are told anyway.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Domain(models.Model):
    """A host name that a Broker points at us, and the product that answers there (Card Details, section 6).

    A removed one stays as a row: for `QUARANTINE` no other Broker may take its name.
    """

    class Product(models.TextChoices):
        CARDS = "cards", "Card Details"

    class State(models.TextChoices):
        PENDING = "pending", "Pending: the Broker has not proved yet that the name is theirs"
        VERIFIED = "verified", "Verified: theirs, and not reached over HTTPS yet"
        ACTIVE = "active", "Active"
        FAILING = "failing", "Failing: served, but the last checks found something wrong"
        REMOVED = "removed", "Removed"

    SERVED = (State.VERIFIED, State.ACTIVE, State.FAILING)

    broker = models.ForeignKey(Broker, on_delete=models.CASCADE, related_name="domains")
    host = models.CharField(max_length=253, help_text="For example cards.acmebroker.com")
    product = models.CharField(max_length=20, choices=Product.choices, default=Product.CARDS)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING, editable=False)
    state_since = models.DateTimeField(default=clock.now, editable=False)
    target_label = models.CharField(max_length=16, default=new_label, unique=True, editable=False)
    proof = models.CharField(max_length=32, default=new_proof, editable=False)
    checked_at = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveSmallIntegerField("Failed checks in a row", default=0, editable=False)
    problem = models.CharField("What the last check found", max_length=500, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["broker", "product"], condition=~Q(state="removed"), name="one_live_domain_per_product"
            ),
            models.UniqueConstraint(fields=["host"], condition=~Q(state="removed"), name="one_live_domain_per_host"),
        ]

    def __str__(self) -> str:
        return self.host

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it; a new name of a development machine is nobody's to prove, so it serves at once."""
        if self._state.adding and self.state == self.State.PENDING and hosts.on_this_machine(self.host):
            self.state = self.State.ACTIVE
        super().save(*args, **kwargs)

    @property
    def target(self) -> str:
        """The name to which the Broker's `CNAME` leads: of this domain alone, so that nobody else can be behind it."""
        return f"{self.target_label}.{settings.DOMAIN_TARGETS}"

    @property
    def challenge(self) -> str:
        """The name of the `TXT` record that holds `proof`."""
        return f"_imin-challenge.{self.host}"

    @property
    def dns_records(self) -> list[tuple[str, str, str]]:
        """What the Broker's DNS must hold: kind, part of the record, and the text to paste there."""
        return [
            ("CNAME", "name", self.host),
            ("CNAME", "value", self.target),
            ("TXT", "name", self.challenge),
            ("TXT", "value", self.proof),
        ]

    def clean(self) -> None:
        """Normalise the host name; refuse what is none."""
        try:
            self.host = hosts.normalise(self.host)
        except hosts.BadHostError as error:
            raise ValidationError({"host": str(error)}) from None


_COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}$", "A colour is written #rrggbb.")


class Branding(models.Model):
    """A Broker's looks: data only, never its script, style sheet or markup (Card Details, section 6)."""

    class Font(models.TextChoices):
        SYSTEM = "system", "System"
        ROUNDED = "rounded", "Rounded"
        SERIF = "serif", "Serif"

    class Corners(models.TextChoices):
        ROUND = "round", "Round"
        SLIGHT = "slight", "Slightly round"
        SQUARE = "square", "Square"

    broker = models.OneToOneField(Broker, on_delete=models.CASCADE, primary_key=True)
    primary = models.CharField("Main colour", max_length=7, default="#1d4ed8", validators=[_COLOUR])
    primary_dark = models.CharField("Main colour on dark pages", max_length=7, default="#93b4ff", validators=[_COLOUR])
    font = models.CharField(max_length=10, choices=Font.choices, default=Font.SYSTEM)
    corners = models.CharField(max_length=10, choices=Corners.choices, default=Corners.ROUND, db_default=Corners.ROUND)
    logo = models.BinaryField(blank=True, default=b"", editable=True)
    logo_type = models.CharField(max_length=20, blank=True, editable=False)
    texts = models.JSONField(
        blank=True,
        default=dict,
        help_text="By language and place.",
    )
    languages = models.JSONField(
        blank=True,
        default=list,
        db_default=[],
        help_text="What Customers can choose between. None ticked: every language there is.",
    )
    default_language = models.CharField(
        max_length=10,
        choices=settings.LANGUAGES,
        default=settings.LANGUAGE_CODE,
        db_default=settings.LANGUAGE_CODE,
        help_text="Spoken to whoever neither chose a language nor has a browser that asks for one of these.",
    )

    def __str__(self) -> str:
        return f"Looks of {self.broker}"

    def clean(self) -> None:
        """Refuse colours that a person with low vision could not read (WCAG 2.2, 1.4.3), and name one that they can."""
        wrong: dict[str, str] = {}
        for field, page in (("primary", contrast.LIGHT_PAGE), ("primary_dark", contrast.DARK_PAGE)):
            colour = getattr(self, field)
            if (ratio := contrast.ratio(colour, page)) < contrast.AA:
                wrong[field] = (
                    f"Contrast with the page ({page}) is {ratio:.1f}; at least {contrast.AA} is needed. "
                    f"The nearest shade that passes is {contrast.nearest(colour, page)}."
                )
        if self.languages and self.default_language not in self.languages:
            wrong["default_language"] = "This language is not ticked above."
        if wrong:
            raise ValidationError(wrong)


class OpenIdSettings(models.Model):
    """How the Broker's Customers sign in: its OpenID Provider and the client registered there for us."""

    class Authentication(models.TextChoices):
        BASIC = "client_secret_basic", "client_secret_basic"
        POST = "client_secret_post", "client_secret_post"
        PRIVATE_KEY = "private_key_jwt", "private_key_jwt"

    class ResponseMode(models.TextChoices):
        QUERY = "query", "query (by a redirect)"
        FORM_POST = "form_post", "form_post (by a form)"

    broker = models.OneToOneField(Broker, on_delete=models.CASCADE, primary_key=True)
    issuer = models.CharField(max_length=300, help_text="Exactly as in the provider's discovery document.")
    client_id = models.CharField(max_length=200)
    client_secret_encrypted = models.TextField(blank=True, editable=False)
    authentication = models.CharField(max_length=30, choices=Authentication.choices, default=Authentication.BASIC)
    client_key_algorithm = models.CharField(
        "Client key algorithm",
        max_length=10,
        default="ES256",
        choices=[(name, name) for name in ("ES256", "PS256", "RS256")],
        help_text="For private_key_jwt: what keys that are made from now on sign with.",
    )
    response_mode = models.CharField(
        "How the provider answers",
        max_length=10,
        choices=ResponseMode.choices,
        default=ResponseMode.QUERY,
        help_text="By a form, codes do not stand in addresses, nor in the log of a proxy.",
    )
    scope = models.CharField(max_length=200, default="openid profile email")
    algorithm = models.CharField(
        "ID Token algorithm",
        max_length=10,
        default="RS256",
        choices=[(name, name) for name in ("RS256", "PS256", "ES256", "RS384", "RS512", "ES384", "EdDSA")],
    )
    customer_identifier_claim = models.CharField(
        max_length=100,
        blank=True,
        help_text="Claim that holds our Customer Account identifier, if there is one.",
    )
    match_verified_email = models.BooleanField(
        default=False, help_text="Tie an unknown person to the one account with the same verified e-mail."
    )
    create_accounts = models.BooleanField(default=True, help_text="Make an account for an unknown person.")
    logout_without_type = models.BooleanField(
        default=False, help_text="Accept back-channel logout tokens without the type logout+jwt."
    )

    step_up_max_age = models.PositiveIntegerField(
        "Signed in lately (seconds)",
        null=True,
        blank=True,
        validators=[MinValueValidator(300), MaxValueValidator(86_400)],
        help_text="Before a card is added or removed, the provider must have asked the person no longer ago than this. "
        "At least 300: a form takes its time. Empty: no matter when.",
    )
    step_up_acr_values = models.CharField(
        "Signed in strongly (acr)",
        max_length=200,
        blank=True,
        help_text="Before a card is added or removed, the provider must have used one of these ways to sign in: its "
        "own names, separated by blanks. Empty: any.",
    )

    class Meta:
        verbose_name = verbose_name_plural = "OpenID settings"

    def __str__(self) -> str:
        return f"Sign-in of {self.broker}"

    @property
    def client_secret(self) -> str:
        """The client secret in clear; never shown, never logged."""
        return vault.decrypt(self.client_secret_encrypted)

    @client_secret.setter
    def client_secret(self, secret: str) -> None:
        self.client_secret_encrypted = vault.encrypt(secret)


class ClientKey(models.Model):
    """A key pair with which we prove to the Broker's provider that we are its client (`private_key_jwt`).

    Of a Broker's keys the one that signs is the last whose `signs_from` has come.
    """

    broker = models.ForeignKey(Broker, on_delete=models.CASCADE)
    key_id = models.CharField(max_length=64, help_text="`kid`: the key's thumbprint (RFC 7638).")
    public_key = models.JSONField(help_text="As JWK.")
    private_key_encrypted = models.TextField(editable=False)
    signs_from = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["broker", "key_id"], name="client_key_once")]

    @property
    def private_key(self) -> str:
        """The private key in clear, as JWK; never shown, never logged."""
        return vault.decrypt(self.private_key_encrypted)


class BlockedByPolicy(models.Model):
    """How often browsers reported, on one day, that a Broker's page was kept from loading something."""

    id = models.BigAutoField(primary_key=True)
    broker = models.ForeignKey(Broker, on_delete=models.CASCADE)
    day = models.DateField()
    directive = models.CharField(max_length=40)
    blocked = models.CharField(max_length=255, help_text="Scheme and host, never a path.")
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "blocked by the pages' policy"
        constraints = [
            models.UniqueConstraint(fields=["broker", "day", "directive", "blocked"], name="blocked_once_a_day"),
        ]
