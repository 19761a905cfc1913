"""Sending plain mail through `IMIN_SMTP_URL`; without one, each mail is a file in the data folder."""

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage

from imin.ground.errors import RetryLaterError


class MailFailedError(RetryLaterError):
    """The mail server did not take the mail; it may later."""

    type = "MailFailedError"


def send(*, to: list[str], subject: str, body: str, key: str) -> None:
    """Send one mail to all of `to`; raises `MailFailedError`.

    `key` becomes its Message-ID, so that a mail that was sent twice is shown once.
    """
    name = settings.MAIL_FROM.rpartition("@")[2].rstrip(">")
    mail = EmailMessage(subject, body, settings.MAIL_FROM, to, headers={"Message-ID": f"<{key}@{name}>"})
    try:
        mail.send()
    except (SMTPException, OSError) as failure:
        raise MailFailedError(f"{type(failure).__name__}: {failure}") from failure
