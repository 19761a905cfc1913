"""The operators' sign-in and password forms, with what Django's do not know of one-time passwords."""

from math import ceil
from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from imin.console import known_browser, throttle
from imin.console.operators import accept, has_chosen
from imin.ground import clock
from imin.ground.client_address import client_address, network_of
from imin.ground.log import logger

_log = logger(__name__)


class SignInForm(AdminAuthenticationForm):
    """Signs an operator in; a one-time password is accepted once and not after its time."""

    wait_seconds = 0
    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": "That name and password do not belong together, or may not sign in here.",
    }

    def clean(self) -> dict[str, Any]:
        """Look at the password, unless too many were wrong before; an unknown name is counted like a known one."""
        name: str = self.cleaned_data.get("username", "")
        if not name or not self.request or not self.cleaned_data.get("password"):
            return dict(super().clean())
        counted = throttle.of_password(
            username=name,
            network=network_of(client_address(self.request)),
            browser=known_browser.known(self.request, name),
        )
        try:
            throttle.begin(counted, now=clock.now())
        except throttle.WaitError as wait:
            self.wait_seconds = wait.seconds
            _log.warning("operator_must_wait", seconds=wait.seconds)
            raise ValidationError(too_many(wait.seconds), code="wait") from None
        cleaned = super().clean()
        throttle.succeeded(counted)
        return dict(cleaned)

    def confirm_login_allowed(self, user: Any) -> None:
        """Refuse a one-time password that was used or has run out; the password was right already."""
        super().confirm_login_allowed(user)
        if not accept(user=user, now=clock.now()):
            raise ValidationError(
                "This one-time password has been used or has run out. Ask for another with “imin operator”.",
                code="one_time_password",
            )


def too_many(seconds: int) -> str:
    """Say how long to wait."""
    time = f"{seconds} second{'s' * (seconds != 1)}" if seconds < 90 else f"{ceil(seconds / 60)} minutes"
    return f"Too many attempts have failed. Wait {time}, then try again."


class OwnPasswordForm(AdminPasswordChangeForm):
    """Replaces an operator's password by another one."""

    def clean_new_password1(self) -> str:
        """Refuse the present password: keeping a one-time password would make it an ordinary one."""
        password: str = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise ValidationError("This is the present password. Choose another one.", code="same_password")
        return password

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 Django's own signature
        """Store the password and lift the duty to choose one."""
        user: User = super().save(commit)
        has_chosen(user=user)
        return user
