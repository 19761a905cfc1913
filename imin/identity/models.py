"""Sign-ins under way, sessions, and logout tokens that were used."""

from uuid import uuid4

from django.db import models

from imin.brokers.models import Broker


class SignIn(models.Model):
    """One authorization request under way (Card Details, section 2): single use, ten minutes, kept here only."""

    key_hash = models.CharField(max_length=64, primary_key=True, help_text="SHA-256 of cookie and state together.")
    broker = models.ForeignKey(Broker, on_delete=models.CASCADE)
    nonce = models.CharField(max_length=64)
    verifier = models.CharField(max_length=128)
    return_path = models.CharField(max_length=500)
    silent = models.BooleanField(default=True)
    replaces = models.CharField(
        max_length=64, blank=True, default="", help_text="`key_hash` of the session that the browser had."
    )
    login_hint = models.CharField(
        max_length=255, blank=True, default="", help_text="Whom the provider may expect, when a link said so."
    )
    max_age = models.PositiveIntegerField(null=True, help_text="Seconds, when it was asked for.")
    acr_values = models.CharField(max_length=200, blank=True, default="", help_text="When they were asked for.")
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="signin_age")]


class Session(models.Model):
    """A signed-in Customer's session, bound to Broker, Customer and the provider's `sid`."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    key_hash = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the cookie's value.")
    broker = models.ForeignKey(Broker, on_delete=models.CASCADE)
    customer_id = models.UUIDField(help_text="The customers room ties this column to its table.")
    subject = models.CharField(max_length=255)
    provider_session = models.CharField(max_length=255, blank=True, default="", help_text="`sid`")
    id_token_encrypted = models.TextField(blank=True, default="", help_text="For id_token_hint at sign-out.")
    auth_time = models.DateTimeField(null=True, help_text="When the provider last asked the person, if it says so.")
    acr = models.CharField(max_length=255, blank=True, default="", help_text="How the provider asked, if it says so.")
    login_hint = models.CharField(
        max_length=255, blank=True, default="", help_text="What the sign-in had, for when the person is asked again."
    )
    notice = models.CharField(max_length=200, blank=True, default="", help_text="What to say on the next page.")
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["broker", "subject"], name="session_subject"),
            models.Index(fields=["broker", "provider_session"], name="session_sid"),
        ]


class UsedLogoutToken(models.Model):
    """The `jti` of a back-channel logout token, so that it works once."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    broker = models.ForeignKey(Broker, on_delete=models.CASCADE)
    jti = models.CharField(max_length=255)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["broker", "jti"], name="logout_token_once")]
