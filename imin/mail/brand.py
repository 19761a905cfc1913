"""A Broker's looks in a mail: name, colours, logo, and where answers go."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from uuid import UUID

from PIL import Image

from imin.brokers import languages
from imin.brokers.front_door import Look, look_of
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
    look: Look
    logo: Logo | None

    def language_for(self, wish: str) -> str:
        """Return the language to write in: what the Customer wants while the Broker offers it, else the Broker's."""
        return languages.best([wish], list(self.look.languages)) or self.look.default_language


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
        look=look_of(looks),
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
