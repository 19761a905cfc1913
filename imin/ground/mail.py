"""Sending mail through `IMIN_SMTP_URL`; without one, each mail is a file in the data folder.

A refusal for good (RFC 5321, 4.2.1: 5yz) is told apart from what may work later, and the address's fault from ours.
"""

import re
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from types import TracebackType
from typing import Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from imin.ground.errors import RetryLaterError

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_DEAD = ("5.1.", "5.4.4")  # no such address, or no server for it
_DEAD_WHOLLY = {"5.0.0", "5.2.0", "5.2.1"}  # said of unknown people and closed mailboxes; a full one is 5.2.2
_DEAD_WITHOUT_STATUS = {550, 551, 553, 556}  # RFC 5321, 4.2.3; RFC 7504


class MailFailedError(RetryLaterError):
    """The mail server did not take the mail; it may later."""

    type = "MailFailedError"


class MailRefusedError(Exception):
    """The mail server will never take this mail. `dead` says that its address takes none at all."""

    def __init__(self, answer: str, *, dead: bool) -> None:
        super().__init__(answer)
        self.dead = dead


def name_of(key: str) -> str:
    """Return the Message-ID of the mail that `key` names, so that a mail that was sent twice is shown once."""
    return f"<{key}@{settings.MAIL_FROM.rpartition('@')[2].rstrip('>')}>"


def is_dead(status: str, code: int = 0) -> bool:
    """Say whether an enhanced status code (RFC 3463), or a bare reply code, means that an address takes no mail."""
    if not status:
        return code in _DEAD_WITHOUT_STATUS
    return status.startswith(_DEAD) or status in _DEAD_WHOLLY


def send(*, to: list[str], subject: str, body: str, key: str) -> None:
    """Send one plain mail to all of `to`; raises `MailFailedError`. `key` becomes its Message-ID."""
    mail = EmailMessage(subject, body, settings.MAIL_FROM, to, headers={"Message-ID": name_of(key)})
    try:
        mail.send()
    except (SMTPException, OSError) as failure:
        raise MailFailedError(f"{type(failure).__name__}: {failure}") from failure


class Post:
    """Many mails over one connection: `with Post() as post: post.send(mail)`.

    Once the server did not answer, the rest fails at once, so that nobody waits for it again and again.
    """

    def __init__(self) -> None:
        self._connection = get_connection()
        self._away = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def send(self, mail: EmailMessage) -> None:
        """Send one mail to one address; raises `MailFailedError` and `MailRefusedError`."""
        if self._away:
            raise MailFailedError(self._away)
        try:
            self._connection.open()
            self._connection.send_messages([mail])
        except SMTPRecipientsRefused as refusal:
            self._connection.close()
            ((code, answer),) = refusal.recipients.values()
            raise _refused(code, answer) from refusal
        except SMTPDataError as refusal:
            self._connection.close()
            raise _refused(refusal.smtp_code, refusal.smtp_error) from refusal
        except (SMTPException, OSError) as failure:
            self._connection.close()
            said = f"{type(failure).__name__}: {failure}"
            if not isinstance(failure, SMTPResponseException | SMTPServerDisconnected):
                self._away = said
            raise MailFailedError(said) from failure


def _refused(code: int, answer: bytes | str) -> MailRefusedError | MailFailedError:
    said = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    if not 500 <= code < 600:
        return MailFailedError(f"{code} {said}")
    found = _STATUS.search(said)
    return MailRefusedError(f"{code} {said}", dead=is_dead(found[0] if found else "", code))
