"""A letter in a Broker's looks: one MIME message with plain text, HTML and the logo.

Nothing in it is fetched from anywhere, so nobody learns when it is read.
"""

from dataclasses import dataclass
from datetime import datetime
from email.mime.image import MIMEImage
from email.utils import format_datetime, formataddr, parseaddr
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.utils import translation

from imin.brokers import languages
from imin.brokers.models import Branding
from imin.ground import mail
from imin.ground.templating import page_in
from imin.mail.brand import Brand
from imin.mail.letter import Letter

LOGO = "logo@mail"
_PLAIN = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif"
_FONTS: dict[str, str] = {
    Branding.Font.SYSTEM: _PLAIN,
    Branding.Font.ROUNDED: f"ui-rounded, 'SF Pro Rounded', Nunito, 'Arial Rounded MT Bold', {_PLAIN}",
    Branding.Font.SERIF: "ui-serif, 'Iowan Old Style', Palatino, Georgia, 'Noto Serif', serif",
}

_RADIUS: dict[str, int] = {Branding.Corners.ROUND: 12, Branding.Corners.SLIGHT: 6, Branding.Corners.SQUARE: 0}


@dataclass(frozen=True)
class Address:
    """To whom a mail goes, and what names it there."""

    key: UUID
    email: str
    language: str


def compose(letter: Letter, brand: Brand, to: Address, *, now: datetime) -> EmailMessage:
    """Return the mail, ready to be sent."""
    message = EmailMultiAlternatives(
        subject=" ".join(letter.subject.split()),
        body=letter.text,
        from_email=return_path(to.key),
        to=[to.email],
        reply_to=[formataddr((brand.name, brand.reply_to))] if brand.reply_to else None,
        headers=_headers(letter, brand, to, now),
    )
    message.attach_alternative(html(letter, brand, to.language), "text/html")
    if brand.logo:
        message.mixed_subtype = "related"  # type: ignore[attr-defined]  # the stubs do not know it
        message.attach(_picture(brand.logo.png))
    return message


def html(letter: Letter, brand: Brand, language: str) -> str:
    """Return the HTML part."""
    backwards = translation.get_language_info(language)["bidi"]
    return page_in(language, "letter.html").render(
        letter=letter,
        brand=brand,
        language=languages.tag(language),
        radius=_RADIUS[brand.look.corners],
        direction="rtl" if backwards else "ltr",
        start="right" if backwards else "left",  # mail programs know no `start`
        font=_FONTS[brand.look.font],
        logo=f"cid:{LOGO}",
    )


def return_path(key: UUID) -> str:
    """Return where mail servers tell that they could not deliver: an address of this mail alone (VERP), if one is set.

    It stands in the envelope. People see `From`.
    """
    if not settings.MAIL_BOUNCES:
        return parseaddr(settings.MAIL_FROM)[1]
    local, _, domain = settings.MAIL_BOUNCES.partition("@")
    return f"{local}+{key.hex}@{domain}"


def _headers(letter: Letter, brand: Brand, to: Address, now: datetime) -> dict[str, str]:
    headers = {
        "From": formataddr((brand.name, parseaddr(settings.MAIL_FROM)[1])),
        "Message-ID": mail.name_of(str(to.key)),
        "Date": format_datetime(now),
        "Content-Language": languages.tag(to.language),
        "Auto-Submitted": "auto-generated",  # RFC 3834: no answering machine answers
    }
    if letter.stop:  # RFC 8058: one press in the mail program, without a visit
        headers |= {
            "List-Unsubscribe": f"<{letter.stop.url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return headers


def _picture(png: bytes) -> MIMEImage:
    picture = MIMEImage(png, "png")
    picture.add_header("Content-ID", f"<{LOGO}>")
    picture.add_header("Content-Disposition", "inline", filename="logo.png")
    return picture
