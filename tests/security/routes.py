"""Every route: for whom it is, and the request that is good there.

`ROUTES` is held against the URL configuration: a new route fails until it stands here.
"""

import importlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from uuid import uuid4

from django.urls import URLPattern, URLResolver

from tests.security.call import SIGN_IN, Call, form, page, script, server
from tests.security.world import BOOK, Person, World, logout_token


class Kind(Enum):
    """Whom a route is for."""

    OWN = "a Customer's own thing"
    CUSTOMER = "any signed-in Customer"
    RETURN = "a browser that began a sign-in"
    OPEN = "anybody"
    SERVER = "a server with its proof"


Good = Callable[[World, Person], Call]
"""Makes the request that `world.mine` may send; about the things of another person, it is an attack."""


@dataclass(frozen=True)
class Method:
    """A method of a route: the request that is good, its answer, and the answer to anybody where it is open."""

    good: Good
    status: int
    anybody: int = 0


@dataclass(frozen=True)
class Route:
    product: str
    address: str
    kind: Kind
    methods: dict[str, Method] = field(default_factory=dict)
    any_method: bool = False


def _page(path: str) -> Good:
    return lambda world, things: page(world.mine.host, _path(path, things), world.mine.live)


def _form(path: str, **fields: str) -> Good:
    return lambda world, things: form(world.mine.host, _path(path, things), world.mine.live, **fields)


def _path(path: str, things: Person) -> str:
    ids = {"card": things.card, "other": things.other_card, "removed": things.removed, "setup": things.setup}
    return path.format(**ids)


def _begin(world: World, _things: Person) -> Call:
    body = json.dumps({"attempt": str(uuid4()), "consent": True}).encode()
    return script(world.mine.host, "/edit/cards/add", world.mine.live, body)


def _edit(world: World, things: Person) -> Call:
    fields = {
        "version": "1",
        "exp_month": "6",
        "exp_year": str(world.year),
        "holder_name": f"holder-of-{things.role}",
        "city": f"town-of-{things.role}",
        "country": "GB",
        "nickname": "For trains",
    }
    return form(world.mine.host, _path("/edit/cards/{card}", things), world.mine.live, **fields)


def _logo_head(world: World, _things: Person) -> Call:
    return page(world.mine.host, "/brand/logo", world.mine.live).but(method="HEAD")


def _callback(world: World, _things: Person) -> Call:
    browser, path = world.come_back(world.mine)
    return page(world.mine.host, path, {SIGN_IN: browser})


def _back_channel(world: World, _things: Person) -> Call:
    body = logout_token(world.mine)
    return server(world.mine.host, "/oidc/back-channel-logout", body, "application/x-www-form-urlencoded")


def _event(world: World, _things: Person) -> Call:
    body, signature = world.event()
    return server(BOOK, "/payments/events/stripe", body, "application/json", HTTP_STRIPE_SIGNATURE=signature)


ROUTES = [
    Route("cards", "/", Kind.OPEN, {"GET": Method(_page("/"), 302, anybody=302)}, any_method=True),
    Route("cards", "/edit", Kind.CUSTOMER, {"GET": Method(_page("/edit"), 200)}),
    Route(
        "cards",
        "/edit/cards/add",
        Kind.CUSTOMER,
        {"GET": Method(_page("/edit/cards/add"), 200), "POST": Method(_begin, 200)},
    ),
    Route("cards", "/edit/cards/add/<setup_id>", Kind.OWN, {"GET": Method(_page("/edit/cards/add/{setup}"), 303)}),
    Route(
        "cards",
        "/edit/cards/<card_id>",
        Kind.OWN,
        {"GET": Method(_page("/edit/cards/{card}"), 200), "POST": Method(_edit, 303)},
    ),
    Route(
        "cards",
        "/edit/cards/<card_id>/default",
        Kind.OWN,
        {"POST": Method(_form("/edit/cards/{other}/default"), 303)},
    ),
    Route(
        "cards",
        "/edit/cards/<card_id>/remove",
        Kind.OWN,
        {
            "GET": Method(_page("/edit/cards/{card}/remove"), 200),
            "POST": Method(_form("/edit/cards/{card}/remove", version="1"), 303),
        },
    ),
    Route("cards", "/edit/cards/<card_id>/undo", Kind.OWN, {"POST": Method(_form("/edit/cards/{removed}/undo"), 303)}),
    Route(
        "cards",
        "/brand/logo",
        Kind.OPEN,
        {"GET": Method(_page("/brand/logo"), 200, anybody=200), "HEAD": Method(_logo_head, 200, anybody=200)},
    ),
    Route("cards", "/oidc/start", Kind.OPEN, {"GET": Method(_page("/oidc/start"), 302, anybody=302)}),
    Route("cards", "/oidc/callback", Kind.RETURN, {"GET": Method(_callback, 302)}),
    Route("cards", "/oidc/logout", Kind.OPEN, {"POST": Method(_form("/oidc/logout"), 200, anybody=302)}),
    Route("cards", "/oidc/signed-out", Kind.OPEN, {"GET": Method(_page("/oidc/signed-out"), 200, anybody=200)}),
    Route("cards", "/oidc/back-channel-logout", Kind.SERVER, {"POST": Method(_back_channel, 200)}),
    Route("book", "/payments/events/stripe", Kind.SERVER, {"POST": Method(_event, 204)}),
]


def addresses(urls: str) -> list[str]:
    """Return every address of a URL configuration, as the documentation writes it."""
    return list(_walk("/", importlib.import_module(urls).urlpatterns))


def _walk(before: str, patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        here = before + re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from _walk(here, pattern.url_patterns)
        else:
            yield here
