"""Mails as files, one each, named by their Message-ID: a mail that is sent twice is there once."""

import re
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class MailFiles(BaseEmailBackend):
    """Django's way to another place than a mail server: `<key>.eml` in `EMAIL_FILE_PATH`."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each mail whole, or not at all."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for mail in email_messages:
            written = mail.message()
            key = re.sub(r"[^\w-]", "", str(written["Message-ID"]).partition("@")[0])
            half = folder / f".{key}"
            half.write_bytes(written.as_bytes())
            half.replace(folder / f"{key}.eml")
        return len(email_messages)


def forget(key: str) -> None:
    """Delete the file of the mail that `key` names, if there is one."""
    (Path(settings.EMAIL_FILE_PATH) / f"{key}.eml").unlink(missing_ok=True)
