"""The mails in a folder, one file each (RFC 5322), read as a mail program reads them."""

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

_NAME = re.compile(r"[\w-]{1,80}")
_CID = re.compile(r"cid:([\w.@+-]+)")


@dataclass(frozen=True)
class Mail:
    """A mail as it lies in its file."""

    name: str
    message: EmailMessage
    written_at: datetime

    @property
    def subject(self) -> str:
        """What it is about."""
        return str(self.message["Subject"] or "")

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Every header, as it was written."""
        return [(name, str(value).strip()) for name, value in self.message.items()]

    @property
    def text(self) -> str:
        """The plain-text part, or nothing."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """The HTML part, with the pictures that the mail carries put in place; or nothing."""
        pictures = {
            str(part["Content-ID"]).strip("<>"): part for part in self.message.walk() if part["Content-ID"] is not None
        }

        def picture(found: re.Match[str]) -> str:
            part = pictures.get(found[1])
            if part is None:
                return found[0]
            data = cast("bytes", part.get_payload(decode=True))
            return f"data:{part.get_content_type()};base64,{b64encode(data).decode()}"

        return _CID.sub(picture, self._part("html"))

    def _part(self, kind: str) -> str:
        part: Any = self.message.get_body((kind,))
        return str(part.get_content()) if part else ""


class Letters:
    """Every mail of the folder `path`, which need not exist yet."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def all(self) -> list[Mail]:
        """Return the mails, the newest first."""
        found = [mail for file in self._path.glob("[!.]*.eml") if (mail := self._read(file))]
        return sorted(found, key=lambda mail: mail.written_at, reverse=True)

    def one(self, name: str) -> Mail | None:
        """Return the mail with this name, or None."""
        return self._read(self._path / f"{name}.eml") if _NAME.fullmatch(name) else None

    def empty(self) -> None:
        """Delete every mail."""
        for file in self._path.glob("*.eml"):
            file.unlink(missing_ok=True)

    def _read(self, file: Path) -> Mail | None:
        try:
            message = message_from_bytes(file.read_bytes(), policy=policy.default)
            written_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        except FileNotFoundError:
            return None
        return Mail(file.stem, message, written_at)
