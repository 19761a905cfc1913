"""Operators' one-time passwords: issued by a command, accepted once, replaced before anything else."""

from datetime import datetime, timedelta
from secrets import choice

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db import transaction

from imin.console import second_factor, throttle
from imin.console.models import OneTimePassword
from imin.ground.database import role

ONE_TIME_PERIOD = timedelta(hours=24)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that are misread: i l o 0 1


class BadNameError(Exception):
    """An operator cannot have this user name; the message says what a name is made of."""


def one_time_password(*, username: str, now: datetime, reset_second_factor: bool = False) -> str:
    """Make or reset the superuser `username`; return the password, which is kept nowhere in clear.

    It is accepted once within `ONE_TIME_PERIOD`, and whoever uses it must choose an own one. Sessions that the
    operator had end, because Django ties them to the password. A second factor stays in force unless it is reset
    too; without a new password it is never reset, or whoever knows the old one could set up theirs. Raises
    `BadNameError` for a name that the console would refuse too.
    """
    try:
        User._meta.get_field("username").clean(username, None)  # noqa: SLF001 Django's documented way to a field
    except ValidationError:
        raise BadNameError(f"{username!r} is no user name: take letters, digits and @ . + - _ only.") from None
    password = "-".join("".join(choice(_LETTERS) for _ in range(5)) for _ in range(4))
    with transaction.atomic(using=role()):
        user, _ = User.objects.get_or_create(username=username)
        user.is_staff = user.is_superuser = user.is_active = True
        user.set_password(password)
        user.save()
        give(user=user, now=now)
        if reset_second_factor or not second_factor.confirmed(user):
            second_factor.reset(user=user)
        throttle.forgive(username=username)
    return password


def give(*, user: User, now: datetime) -> None:
    """Mark the present password of `user` as one that somebody else knows."""
    OneTimePassword.objects.update_or_create(user=user, defaults={"expires_at": now + ONE_TIME_PERIOD, "used_at": None})


def accept(*, user: User, now: datetime) -> bool:
    """Say whether `user`, whose password was right, may sign in; uses up a one-time password.

    One statement decides, so that of two sign-ins at the same moment one is accepted.
    """
    waiting = OneTimePassword.objects.filter(user=user)
    return bool(waiting.filter(used_at=None, expires_at__gt=now).update(used_at=now)) or not waiting.exists()


def must_choose(user: "AbstractBaseUser | AnonymousUser") -> bool:
    """Say whether `user` signed in with a one-time password and has not chosen an own one yet."""
    return bool(user.is_authenticated and OneTimePassword.objects.filter(user_id=user.pk).exists())


def has_chosen(*, user: User) -> None:
    """Note that `user` now has a password that nobody else has seen."""
    OneTimePassword.objects.filter(user=user).delete()
