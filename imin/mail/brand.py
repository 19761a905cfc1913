"""A Broker's looks in a mail: name, colours, logo, and where answers go."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from uuid import UUID

from django.conf import settings
from PIL import Image

from imin.brokers import languages
from imin.brokers.contrast import text_on
from imin.brokers.models import Branding, Broker, Domain
from imin.ground import hosts

LOGO_HEIGHT = 44  # as on the pages
_FINE = 2  # pixels for each one shown
_WIDEST = 192


@dataclass(frozen=True)
class Logo:
    """The picture as a mail carries it, and the size at which it is shown."""

    png: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Brand:
    """What a mail shows of its Broker; `origin` is where its Customers' cards are."""

    name: str
    origin: str
    dashboard_url: str
    reply_to: str
    primary: str
    primary_dark: str
    font: str
    corners: str
    languages: tuple[str, ...]
    default_language: str
    logo: Logo | None

    @property
    def on_primary(self) -> str:
        """Black or white, whichever is read on the main colour."""
        return text_on(self.primary)

    @property
    def on_primary_dark(self) -> str:
        """Black or white, whichever is read on the main colour of dark pages."""
        return text_on(self.primary_dark)

    def language_for(self, wish: str) -> str:
        """Return the language to write in: what the Customer wants while the Broker offers it, else the Broker's."""
        return languages.best([wish], list(self.languages)) or self.default_language


def brand_of(broker_id: UUID) -> Brand | None:
    """Return how the Broker's mails look, or None while it has no page that a mail could lead to. As the owner."""
    broker = Broker.objects.filter(id=broker_id, active=True).first()
    served = Domain.objects.filter(broker_id=broker_id, product=Domain.Product.CARDS, state__in=Domain.SERVED)
    host = served.values_list("host", flat=True).first()
    if not broker or not host:
        return None
    looks = Branding.objects.filter(broker_id=broker_id).first() or Branding(broker_id=broker_id)
    return Brand(
        name=broker.name,
        origin=hosts.origin(host),
        dashboard_url=broker.dashboard_url,
        reply_to=broker.mail_reply_to,
        primary=looks.primary,
        primary_dark=looks.primary_dark,
        font=looks.font,
        corners=looks.corners,
        languages=tuple(looks.languages) or tuple(code for code, _name in settings.LANGUAGES),
        default_language=looks.default_language,
        logo=logo_of(bytes(looks.logo)) if looks.logo else None,
    )


@lru_cache(maxsize=64)
def logo_of(stored: bytes) -> Logo:
    """Return the logo as a small PNG, which every mail program shows."""
    with Image.open(BytesIO(stored)) as picture:
        small = picture.convert("RGBA")
    small.thumbnail((_WIDEST * _FINE, LOGO_HEIGHT * _FINE), Image.Resampling.LANCZOS)
    file = BytesIO()
    small.save(file, "PNG", optimize=True)
    scale = min(_WIDEST / small.width, LOGO_HEIGHT / small.height)
    return Logo(file.getvalue(), round(small.width * scale), round(small.height * scale))
