"""What exists in the demo: two Brokers, a few people each, and the keys that both sides share.

The sandbox reads it as `world.json`; the platform is seeded from the same values.
"""

import hmac
from typing import Any

from django.conf import settings

from imin.ground import hosts

ACME = {
    "slug": "acmebroker",
    "name": "Acme",
    "tagline": "Courts, classes and pools across the country",
    "host": "acmebroker.localhost",
    "primary_colour": "#0b5d4e",
    "people": [
        ("acme-1001", "alex@acmebroker.example", "Alex", "Example"),
        ("acme-1002", "robin@acmebroker.example", "Robin", "Sample"),
    ],
}
HARBOUR = {
    "slug": "harbour",
    "name": "Harbour Leisure",
    "tagline": "Swim, row and climb by the water",
    "host": "harbour.localhost",
    "primary_colour": "#8a2c0d",
    "people": [("hl-77", "sam@harbour.example", "Sam", "Specimen")],
}
BROKERS: list[dict[str, Any]] = [ACME, HARBOUR]
PASSWORD = "open sesame"  # noqa: S105 everybody's, printed on the demo's sign-in page
HARBOUR_ACCOUNT = "acct_1HarbourLeisure"
PAY_HOST = "pay.localhost"
LEISURE_HOST = "leisure.localhost"
MAIL_HOST = "mail.localhost"


def world(sandbox_port: int, leisure_dsn: str = "") -> dict[str, Any]:
    """Return the contents of `world.json` for a sandbox on `sandbox_port`.

    `leisure_dsn` is the PostgreSQL of the sandbox's booking system; without one it starts its own.
    """
    return {
        "port": sandbox_port,
        "public_scheme": settings.PUBLIC_SCHEME,
        "public_port": _public_port(sandbox_port),
        "pay_host": PAY_HOST,
        "mail_host": MAIL_HOST,
        "mail_folder": mail_folder(),
        "brokers": [_broker(broker) for broker in BROKERS],
        "payments": {
            "secret_key": "sk_test_" + secret("payments secret key"),
            "publishable_key": "pk_test_" + secret("payments publishable key"),
            "webhook_url": _behind_the_edge("book.localhost", "/payments/events/stripe"),
            "webhook_secret": "whsec_" + secret("payments webhook"),
            "connected_accounts": [HARBOUR_ACCOUNT],
        },
        "leisure": {"host": LEISURE_HOST, "dsn": leisure_dsn, "opportunities": 500},
    }


def mail_folder() -> str:
    """Return where mails lie as files; empty when they are sent."""
    return "" if settings.EMAIL_HOST else str(settings.EMAIL_FILE_PATH)


def platform_url(host: str, path: str = "") -> str:
    """Return an address at the platform in the demo, as browsers know it."""
    return hosts.origin(host) + path


def sandbox_url(host: str, sandbox_port: int, path: str = "") -> str:
    """Return an address at the sandbox, as browsers know it."""
    return f"{settings.PUBLIC_SCHEME}://{host}:{_public_port(sandbox_port)}{path}"


def _public_port(sandbox_port: int) -> int:
    """Return the sandbox's own port, or the edge's: what speaks TLS for the platform does so for the sandbox too."""
    return settings.PUBLIC_PORT if settings.PUBLIC_SCHEME == "https" else sandbox_port


def _behind_the_edge(host: str, path: str) -> str:
    """Return the address for servers on this machine, which need no TLS."""
    return f"http://{host}:{settings.PORT}{path}"


def secret(purpose: str) -> str:
    """Return a secret for `purpose` that is the same at every start with the same data folder."""
    return hmac.new(settings.SECRET_KEYS[-1].encode(), b"imin demo " + purpose.encode(), "sha256").hexdigest()[:32]


def _broker(broker: dict[str, Any]) -> dict[str, Any]:
    cards = f"cards.{broker['host']}"
    people = [
        {"sub": sub, "email": email, "password": PASSWORD, "given_name": given, "family_name": family}
        for sub, email, given, family in broker["people"]
    ]
    return {
        **{key: broker[key] for key in ("slug", "name", "tagline", "host", "primary_colour")},
        "cards_url": platform_url(cards, "/edit"),
        "client": {
            "client_id": f"imin-cards-{broker['slug']}",
            "client_secret": secret(f"client of {broker['slug']}"),
            "redirect_uris": [platform_url(cards, "/oidc/callback")],
            "post_logout_redirect_uris": [platform_url(cards, "/oidc/signed-out")],
            "backchannel_logout_uri": _behind_the_edge(cards, "/oidc/back-channel-logout"),
            "jwks_uri": _behind_the_edge(cards, "/oidc/jwks"),
        },
        "people": people,
    }
