"""What an operator types into the page that sets up a Broker."""

from io import BytesIO
from typing import Any

from PIL import Image, PngImagePlugin

_MORE_LOOKS = {"corners": "round", "default_language": "en-gb"}


def broker(**changes: Any) -> dict[str, Any]:
    """Return the fields of a complete new Broker, with `changes` by field name (`__` for `-`)."""
    fields = {
        "name": "Harbour Leisure",
        "slug": "harbour",
        "active": "on",
        "dashboard_url": "https://harbour.example/account",
        "session_idle_minutes": "15",
        "session_hours": "8",
        "max_cards": "10",
        "failed_cards_challenge": "30",
        "failed_cards_stop": "150",
        **_part("domains", 0, host="cards.harbour.example", product="cards"),
        **_part("branding", 0, primary="#1d4ed8", primary_dark="#93b4ff", font="system", **_MORE_LOOKS),
        **_part(
            "openidsettings",
            0,
            issuer="https://id.harbour.example/",
            client_id="imin-at-harbour",
            new_client_secret="open sesame",
            authentication="client_secret_basic",
            client_key_algorithm="ES256",
            response_mode="query",
            scope="openid email",
            algorithm="RS256",
            create_accounts="on",
        ),
    }
    fields.update({name.replace("__", "-"): value for name, value in changes.items()})
    return fields


def again(stored: Any, **changes: Any) -> dict[str, Any]:
    """Return the fields of the page of `stored`, as its form would send them, without a secret."""
    domain = stored.domains.get()
    fields = broker(
        **{
            "name": stored.name,
            "slug": stored.slug,
            "dashboard_url": stored.dashboard_url,
            "domains-INITIAL_FORMS": "1",
            "domains-0-id": str(domain.pk),
            "domains-0-broker": str(stored.pk),
            "domains-0-host": domain.host,
            "branding-INITIAL_FORMS": "1",
            "branding-0-broker": str(stored.pk),
            "openidsettings-INITIAL_FORMS": "1",
            "openidsettings-0-broker": str(stored.pk),
            "openidsettings-0-new_client_secret": "",
        }
    )
    fields.update({name.replace("__", "-"): value for name, value in changes.items()})
    return fields


def picture(kind: str = "PNG", size: tuple[int, int] = (1200, 300), **options: Any) -> bytes:
    """Return a picture's file."""
    file = BytesIO()
    Image.new("RGB", size, "#0a6").save(file, kind, **options)
    return file.getvalue()


def picture_with_secrets() -> bytes:
    """Return a PNG that carries a comment."""
    hidden = PngImagePlugin.PngInfo()
    hidden.add_text("Comment", "made at 51.5N 0.1W")
    return picture(pnginfo=hidden)


def _part(prefix: str, initial: int, **values: str) -> dict[str, str]:
    management = {"TOTAL_FORMS": "1", "INITIAL_FORMS": str(initial), "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "1000"}
    return {
        **{f"{prefix}-{name}": value for name, value in management.items()},
        **{f"{prefix}-0-{name}": value for name, value in values.items()},
    }
