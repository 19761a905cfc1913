"""Reading what a mail server says of a mail that it could not deliver: a delivery status notification (RFC 3464).

Which mail it was is told by the address that the notification came to, which is that mail's own (VERP), else by the
Message-ID in what was returned. Both hold an id that nobody can guess, so a forged notification names nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import Message
from typing import Any
from uuid import UUID

from django.conf import settings

from imin.ground.log import logger
from imin.ground.mail import is_dead
from imin.mail.models import SentMail
from imin.mail.record import came_back

_CAME_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
_UUID = re.compile(r"<([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@")
_MOST_BYTES = 1024 * 1024


class NoBounceError(Exception):
    """What was read is not a notification about a mail of ours; the message says what is missing."""


@dataclass(frozen=True)
class Bounce:
    """A mail that could not be delivered for good, or (`dead` is false) for a reason that is not its address."""

    mail_id: UUID
    answer: str
    dead: bool


def bounce(*, notification: bytes, now: datetime) -> SentMail:
    """Record that a mail came back; a second time changes nothing. As the owner.

    Raises `NoBounceError` when it tells of no such failure, or of no mail of ours.
    """
    read = _read(message_from_bytes(notification[:_MOST_BYTES], policy=policy.default))
    mail = came_back(mail_id=read.mail_id, answer=read.answer, dead=read.dead, now=now)
    if mail is None:
        raise NoBounceError(f"no mail {read.mail_id} was sent, or it is too long ago")
    logger(__name__).info("mail_bounced", mail=str(mail.id), dead=read.dead)
    return mail


def _read(notification: Message) -> Bounce:
    failed = [fields for fields in _recipients(notification) if _plain(fields, "Action").lower() == "failed"]
    if not failed:
        raise NoBounceError("it tells of no recipient whose mail failed (RFC 3464, 2.3.3)")
    mail_id = _by_address(notification) or _by_message_id(notification)
    if mail_id is None:
        raise NoBounceError("it names no mail of ours")
    status = _plain(failed[0], "Status").partition(" ")[0]
    answer = _plain(failed[0], "Diagnostic-Code") or f"status {status}"
    return Bounce(mail_id, answer, is_dead(status))


def _recipients(notification: Message) -> Iterator[Message]:
    """Yield the fields about each recipient; the first group is about the whole mail (RFC 3464, 2.1)."""
    for part in notification.walk():
        if part.get_content_type() == "message/delivery-status":
            groups: Any = part.get_payload()
            yield from groups[1:]


def _by_address(notification: Message) -> UUID | None:
    local, _, domain = settings.MAIL_BOUNCES.partition("@")
    if not local:
        return None
    own = re.compile(rf"{re.escape(local)}\+([0-9a-f]{{32}})@{re.escape(domain)}", re.IGNORECASE)
    for name in _CAME_TO:
        for value in notification.get_all(name, []):
            if found := own.search(str(value)):
                return UUID(found[1])
    return None


def _by_message_id(notification: Message) -> UUID | None:
    for part in notification.walk():
        if part is notification or part.get_content_type() == "message/delivery-status":
            continue
        if part.get_content_type() == "text/rfc822-headers":
            text = str(part.get_payload())
        else:
            text = f"Message-ID: {part.get('Message-ID', '')}"
        header = re.search(r"^Message-ID:\s*(\S+)", text, re.IGNORECASE | re.MULTILINE)
        if header and (found := _UUID.match(header[1])):
            return UUID(found[1])
    return None


def _plain(fields: Message, name: str) -> str:
    """Return a field without its type: `rfc822; alex@…` and `smtp; 550 …` (RFC 3464, 2.1.2)."""
    value = " ".join(str(fields.get(name, "")).split())
    return value.partition(";")[2].strip() if name == "Diagnostic-Code" else value
