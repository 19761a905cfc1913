"""The worker's part in mails, at a moved clock, and reading what it wrote."""

from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from imin.ground.database import as_owner
from imin.mail.send import send_due
from imin.payments.remind import remind_due


def work(now: datetime) -> tuple[int, int]:
    """Run the reminders and the sending once; return how many were reminded, and how many effects were done."""
    with as_owner():
        return remind_due(now=now), send_due(now=now)


def mails(folder: Path) -> list[EmailMessage]:
    """Return every mail in the folder, the oldest first."""
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns) if folder.exists() else []
    return [read(file) for file in files]


def read(file: Path) -> EmailMessage:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found
    return str(found.get_content())
