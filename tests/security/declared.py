"""What the URL configuration does not tell of a route: one line for each route that is not as `routes.py` presumes."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import urlencode
from uuid import uuid4

from imin.customers import reminders
from tests.security.call import FORM_SIGN_IN, SIGN_IN, Call, form, page, script, server
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
class Declared:
    """How a route differs; what is empty is as presumed.

    `status` is the answer to the good request, `anybody` the answer to anybody else where a route is open. `things`
    names the attribute of a `Person` that an id of the address stands for. `open_to` names attacks that are none here,
    `answers` what others are answered instead; `anybody_changes` the tables that anybody may change.
    """

    kind: Kind | None = None
    status: int = 0
    anybody: int = 0
    good: Good | None = None
    things: dict[str, str] = field(default_factory=dict)
    open_to: tuple[str, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    changes_by_reading: bool = False
    changes_nothing: bool = False
    anybody_changes: tuple[str, ...] = ()


THINGS = {"card_id": "card", "setup_id": "setup", "booking_id": "booking"}
"""Which attribute of a `Person` an id in an address is, unless a route says otherwise."""


def _begin(world: World, _things: Person) -> Call:
    body = json.dumps({"attempt": str(uuid4()), "consent": True}).encode()
    return script(world.mine.host, "/edit/cards/add", world.mine.live, body)


def _begin_replacing(world: World, things: Person) -> Call:
    body = json.dumps({"attempt": str(uuid4()), "consent": True}).encode()
    return script(world.mine.host, f"/edit/cards/{things.card}/replace", world.mine.live, body)


def _move(world: World, things: Person) -> Call:
    return form(world.mine.host, f"/edit/bookings/{things.booking}", world.mine.live, card=str(things.other_card))


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
    return form(world.mine.host, f"/edit/cards/{things.card}", world.mine.live, **fields)


def _agree(world: World, things: Person) -> Call:
    """Agree to charges of a card that the payment service does not know: nothing comes of it."""
    path = f"/edit/cards/{things.card}/consents/charge"
    return form(world.mine.host, path, world.mine.live, attempt=str(uuid4()), agree="on")


def _erase(world: World, _things: Person) -> Call:
    return form(world.mine.host, "/edit/data/erase", world.mine.live, sure="on")


_NOT_OF_A_BROKER = {"the other platform host": "403", "the console's host": "403"}  # no forms of other sites there
_LOGIN = {"another Broker's host": "400"}  # where the issuer is another
_FORM_OF_ANOTHER_SITE = ("no form token", "foreign origin", "hidden origin", "same site", "cross site")


def _login(world: World, _things: Person) -> Call:
    return page(world.mine.host, f"/oidc/login?{urlencode({'iss': world.mine.provider.issuer})}", world.mine.live)


def _login_form(world: World, _things: Person) -> Call:
    return form(world.mine.host, "/oidc/login", world.mine.live, iss=world.mine.provider.issuer)


def returning(method: str, host: str, browser: str, path: str) -> Call:
    """Return how a browser comes back from the provider: by a redirect to `path`, or by a form with the same answer."""
    if method == "GET":
        return page(host, path, {SIGN_IN: browser})
    at, _, answer = path.partition("?")
    sent = server(host, at, answer.encode(), "application/x-www-form-urlencoded", HTTP_SEC_FETCH_SITE="cross-site")
    return sent.holding(FORM_SIGN_IN, browser)


def _callback(method: str) -> Good:
    return lambda world, _things: returning(method, world.mine.host, *world.come_back(world.mine))


def _back_channel(world: World, _things: Person) -> Call:
    body = logout_token(world.mine)
    return server(world.mine.host, "/oidc/back-channel-logout", body, "application/x-www-form-urlencoded")


def _challenge(world: World, _things: Person) -> Call:
    return page(world.mine.host, f"/.well-known/imin?challenge={'a' * 32}", world.mine.live)


def _report(world: World, _things: Person) -> Call:
    body = json.dumps({"csp-report": {"effective-directive": "script-src-elem", "blocked-uri": "https://x.example/y"}})
    call = script(world.mine.host, "/csp-reports", {}, body.encode())
    return call.but(content_type="application/csp-report").saying(HTTP_SEC_FETCH_DEST="report")


_OF_ITS_BROKER = {"another Broker's host": "404"}


def _link(world: World, person: Person) -> Call:
    return page(world.mine.host, f"/mail/reminders/{reminders.token(person.customer_id)}", {})


def _press(world: World, person: Person) -> Call:
    return form(world.mine.host, f"/mail/reminders/{reminders.token(person.customer_id)}", {}, reminders="off")


_COUNTS = ("brokers_blockedbypolicy",)


def _event(world: World, _things: Person) -> Call:
    body, signature = world.event()
    return server(BOOK, "/payments/events/stripe", body, "application/json", HTTP_STRIPE_SIGNATURE=signature)


BOUNCES_SECRET = "a secret of this installation for its mail servers"


def _bounce(world: World, person: Person) -> Call:
    """Tell of a mail that we never sent: the secret is right, and nothing comes of it."""
    del world, person
    proof = {"HTTP_AUTHORIZATION": f"Bearer {BOUNCES_SECRET}"}
    return server(BOOK, "/mail/bounces", b"Subject: no such mail\r\n\r\n", "message/rfc822", **proof)


DECLARED: dict[str, dict[str, Declared]] = {
    "cards": {
        "GET /": Declared(Kind.OPEN, 302),
        "POST /edit/cards/add": Declared(status=200, good=_begin),
        "GET /edit/cards/add/<setup_id>": Declared(status=303, changes_by_reading=True),  # the notice for the list
        "POST /edit/cards/<card_id>": Declared(good=_edit),
        "POST /edit/cards/<card_id>/consents/charge": Declared(status=422, good=_agree),
        "GET /edit/cards/<card_id>/consents/<setup_id>": Declared(status=303),
        "POST /edit/cards/<card_id>/default": Declared(things={"card_id": "other_card"}),
        "POST /edit/cards/<card_id>/replace": Declared(status=200, good=_begin_replacing),
        "POST /edit/cards/<card_id>/keep": Declared(things={"card_id": "leaving"}),
        "POST /edit/bookings/<booking_id>": Declared(good=_move),
        "POST /edit/cards/<card_id>/undo": Declared(things={"card_id": "removed"}),
        "GET /mail/reminders/<token>": Declared(Kind.OPEN, good=_link, answers=_OF_ITS_BROKER),
        "POST /mail/reminders/<token>": Declared(
            Kind.OPEN,
            200,
            good=_press,
            open_to=("no form token",),
            answers=_OF_ITS_BROKER,
            anybody_changes=("customers_customer",),
        ),
        "POST /edit/data/erase": Declared(status=200, good=_erase),
        "GET /brand/logo": Declared(Kind.OPEN),
        "HEAD /brand/logo": Declared(Kind.OPEN),
        "GET /.well-known/imin": Declared(Kind.OPEN, good=_challenge),
        "POST /csp-reports": Declared(
            Kind.OPEN, 204, good=_report, open_to=("no form token",), anybody_changes=_COUNTS
        ),
        "GET /oidc/start": Declared(Kind.OPEN, 302),
        "GET /oidc/login": Declared(Kind.OPEN, 302, good=_login, answers=_LOGIN),
        "POST /oidc/login": Declared(
            Kind.OPEN, 303, good=_login_form, open_to=_FORM_OF_ANOTHER_SITE, answers=_LOGIN, changes_nothing=True
        ),
        "GET /oidc/callback": Declared(Kind.RETURN, 302, good=_callback("GET"), changes_by_reading=True),
        "GET /oidc/jwks": Declared(Kind.OPEN),
        "POST /oidc/callback": Declared(Kind.RETURN, 303, good=_callback("POST"), answers=_NOT_OF_A_BROKER),
        "POST /oidc/logout": Declared(Kind.OPEN, 200, anybody=302),
        "GET /oidc/signed-out": Declared(Kind.OPEN),
        "POST /oidc/back-channel-logout": Declared(Kind.SERVER, 200, good=_back_channel),
    },
    "book": {
        "POST /payments/events/stripe": Declared(Kind.SERVER, 204, good=_event),
        "POST /mail/bounces": Declared(Kind.SERVER, 204, good=_bounce, changes_nothing=True),
    },
}
