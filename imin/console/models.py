"""Passwords of operators that somebody else has seen."""

from django.conf import settings
from django.db import models


class OneTimePassword(models.Model):
    """Says that an operator's password was made by a command: good for one sign-in, then an own one is chosen.

    The password itself is kept, hashed, where Django keeps it; this row goes when the operator has chosen.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
