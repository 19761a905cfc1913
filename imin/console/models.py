"""What the console keeps of operators beside Django's users: one-time passwords and second factors."""

from django.conf import settings
from django.db import models

from imin.brokers.models import Broker
from imin.ground import vault


class OneTimePassword(models.Model):
    """Says that an operator's password was made by a command: good for one sign-in, then an own one is chosen.

    The password itself is kept, hashed, where Django keeps it; this row goes when the operator has chosen.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class SecondFactor(models.Model):
    """An operator's authenticator app: codes that change every 30 seconds (RFC 6238)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True)
    secret_encrypted = models.TextField(editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)  # empty while it is being set up
    last_counter = models.BigIntegerField(default=0)  # of the newest code that was accepted: RFC 6238, section 5.2

    @property
    def secret(self) -> str:
        """The shared secret in base 32; shown while it is being set up, never afterwards, never logged."""
        return vault.decrypt(self.secret_encrypted)


class RecoveryCode(models.Model):
    """Stands in for the authenticator app once; only its hash is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "code_hash"], name="recovery_code_once")]


class AuditEntry(models.Model):
    """One change that an operator, a command or somebody at the database made; the database writes it, see `audit`.

    Rows are only ever added: triggers refuse everything else, and number, time and hashes are theirs too.
    """

    number = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(editable=False, null=True)
    who = models.CharField(max_length=150)
    address = models.CharField("From", max_length=150, blank=True)
    action = models.CharField(max_length=40)
    thing = models.CharField(max_length=63, help_text="The table.")
    thing_id = models.CharField("Identifier", max_length=64, blank=True)
    name = models.CharField(max_length=300, blank=True)
    broker = models.CharField(max_length=60, blank=True)
    changes = models.JSONField(default=dict, help_text="For each field what was there, and what is there now.")
    previous = models.CharField("Hash of the entry before", max_length=64, editable=False)
    hash = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = "change"
        verbose_name_plural = "audit log"

    def __str__(self) -> str:
        return f"{self.number}: {self.who} {self.action} {self.thing} {self.name}"


class BrokerCheck(models.Model):
    """The newest examination of a Broker that an operator asked for; a job takes it, see `examination`."""

    broker = models.OneToOneField(Broker, on_delete=models.CASCADE, primary_key=True)
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    findings = models.JSONField(default=list, help_text="Section's heading and result of each step so far.")
    links = models.JSONField(default=dict)


class SignInAttempts(models.Model):
    """How often in a row somebody failed to sign in, by what they are told apart; see `throttle`."""

    key = models.CharField(max_length=80, primary_key=True)
    failures = models.PositiveIntegerField()
    last_at = models.DateTimeField(db_index=True)
    wait_until = models.DateTimeField()
