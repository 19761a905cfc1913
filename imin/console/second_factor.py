"""The second factor of operators: time-based one-time passwords (RFC 6238) and recovery codes, each good once."""

import re
from base64 import b32decode, b32encode
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import choice, token_bytes
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives import constant_time
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from imin.console import audit
from imin.console.models import RecoveryCode, SecondFactor
from imin.ground import vault
from imin.ground.database import role

RECOVERY_CODES = 10
_DIGITS, _STEP_SECONDS = 6, 30
_NEIGHBOURS = (0, -1, 1)  # a clock may be one step off, and typing takes time: RFC 6238, section 5.2
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # 16 of them are 79 bits: a plain hash of a code cannot be searched


def confirmed(user: User) -> SecondFactor | None:
    """Return the second factor of `user`; none while it is still being set up."""
    return SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).first()


def begin(*, user: User) -> SecondFactor:
    """Return the second factor that `user` is setting up, with a secret of its own; the same one until confirmed."""
    fresh = vault.encrypt(b32encode(token_bytes(20)).decode())
    return SecondFactor.objects.get_or_create(user=user, defaults={"secret_encrypted": fresh})[0]


def provisioning_uri(factor: SecondFactor) -> str:
    """Return what an authenticator app reads from the QR code."""
    issuer, name = f"imin {settings.PLATFORM_DOMAIN}", factor.user.get_username()
    return f"otpauth://totp/{quote(issuer)}:{quote(name)}?{urlencode({'secret': factor.secret, 'issuer': issuer})}"


def confirm(*, user: User, code: str, now: datetime) -> list[str]:
    """Put the second factor in force if `code` is one of its; return new recovery codes, or none if it is wrong."""
    waiting = SecondFactor.objects.filter(user=user, confirmed_at=None)
    factor = waiting.first()
    counter = _counter(factor, code, now) if factor else None
    with transaction.atomic(using=role()):
        if counter is None or not waiting.update(confirmed_at=now, last_counter=counter):
            return []
        return new_recovery_codes(user=user)


def verify(*, user: User, code: str, now: datetime) -> bool:
    """Say whether `code` is the app's present one, or a recovery code, and uses it up; a code works once.

    One statement decides, so that of two requests with the same code one is let in.
    """
    factor = confirmed(user)
    if factor is None:
        return False
    counter = _counter(factor, code, now)
    if counter is not None:
        older = SecondFactor.objects.filter(user=user, confirmed_at=factor.confirmed_at, last_counter__lt=counter)
        return bool(older.update(last_counter=counter))
    with transaction.atomic(using=role()):
        unused = RecoveryCode.objects.filter(user=user, code_hash=_hash(code), used_at=None)
        if not unused.update(used_at=now):
            return False
        audit.note("used a recovery code", user.get_username())
    return True


def new_recovery_codes(*, user: User) -> list[str]:
    """Replace the recovery codes of `user`; return them, who is the only one to see them."""
    codes = ["-".join("".join(choice(_LETTERS) for _ in range(4)) for _ in range(4)) for _ in range(RECOVERY_CODES)]
    with transaction.atomic(using=role()):
        RecoveryCode.objects.filter(user=user).delete()
        RecoveryCode.objects.bulk_create(RecoveryCode(user=user, code_hash=_hash(code)) for code in codes)
        audit.note("made recovery codes", user.get_username())
    return codes


def codes_left(*, user: User) -> int:
    """Count the recovery codes that were not used yet."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def reset(*, user: User) -> None:
    """Take the second factor away; the console asks for a new one at the next sign-in."""
    with transaction.atomic(using=role()):
        RecoveryCode.objects.filter(user=user).delete()
        SecondFactor.objects.filter(user=user).delete()


def _counter(factor: SecondFactor, code: str, now: datetime) -> int | None:
    """Return which 30 seconds `code` belongs to, near `now`.

    An app counts by the world's clock, so `IMIN_CLOCK_OFFSET` is taken off again.
    """
    typed = re.sub(r"\s", "", code).encode()
    seconds = (now - timedelta(seconds=settings.CLOCK_OFFSET)).timestamp()
    codes = HOTP(b32decode(factor.secret), _DIGITS, SHA1())  # noqa: S303 as RFC 6238 and every app have it
    near = (int(seconds) // _STEP_SECONDS + neighbour for neighbour in _NEIGHBOURS)
    return next((one for one in near if constant_time.bytes_eq(codes.generate(one), typed)), None)


def _hash(code: str) -> str:
    return sha256(re.sub(r"[\s-]", "", code).lower().encode()).hexdigest()
