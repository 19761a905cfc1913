"""The operators' sign-in and password forms, with what Django's do not know of one-time passwords."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from imin.console.operators import accept, has_chosen
from imin.ground import clock


class SignInForm(AdminAuthenticationForm):
    """Signs an operator in; a one-time password is accepted once and not after its time."""

    def confirm_login_allowed(self, user: Any) -> None:
        """Refuse a one-time password that was used or has run out; the password was right already."""
        super().confirm_login_allowed(user)
        if not accept(user=user, now=clock.now()):
            raise ValidationError(
                "This one-time password has been used or has run out. Ask for another with “imin operator”.",
                code="one_time_password",
            )


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
