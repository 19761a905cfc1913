"""Every address of the console, and every way to come to it that must lead nowhere."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore

from imin.console import operators
from imin.console.gate import _SESSION_KEY, _mark
from imin.console.second_factor import confirmed
from imin.ground import clock
from imin.ground.database import as_owner
from imin.ground.security import MAX_HEADER_BYTES
from tests.console import phone
from tests.security.call import Call, form, page
from tests.security.routes import walk
from tests.security.world import BOOK, CONSOLE, NOWHERE, World

COOKIE = settings.SESSION_COOKIE_NAME
ADDRESSES = [address for address, _pattern in walk("imin.console.urls")]
FOR_ANYBODY = ("/login/", "/logout/")  # to sign in, and to have signed out
FOR_HALF_SIGNED_IN = (*FOR_ANYBODY, "/jsi18n/")
PAGES, FORMS, BOTH = ("GET",), ("POST",), ("GET", "POST")
SIGN_IN, NOTHING = "→ console", "shows nothing"
STEPS = {
    "/second-factor/": "→ second factor",
    "/second-factor/set-up/": "→ set up second factor",
    "/password_change/": "→ own password",
}
STATES = ("all rights", "no rights", "deactivated", "no operator", "signed out", "old")
STATES += ("password alone", "no second factor", "one-time password")


@dataclass
class Operators:
    """The cookies of operators by what became of them, and every address with its wildcards filled in."""

    keys: dict[str, str]
    paths: dict[str, str]

    def __getitem__(self, state: str) -> dict[str, str]:
        return {COOKIE: self.keys[state]} if state else {}


def appoint() -> Operators:
    """Store an operator in each state, with a session that was begun when they were one still."""
    with as_owner():
        keys = {state: _appointed(state) for state in STATES}
        return Operators(keys, {address: path_of(address) for address in ADDRESSES})


def _appointed(state: str) -> str:
    user = User.objects.create_user(state.replace(" ", "-"), is_staff=True, is_superuser=state != "no rights")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    if state != "no second factor":
        phone.add_to(user)
    if factor := confirmed(user) if state != "password alone" else None:
        session[_SESSION_KEY] = _mark(factor)
    session.set_expiry(timedelta(hours=-1 if state == "old" else 1))
    session.save()
    key = str(session.session_key)
    if state == "one-time password":
        operators.give(user=user, now=clock.now())
    if state == "signed out":
        session.flush()
    User.objects.filter(pk=user.pk).update(is_active=state != "deactivated", is_staff=state != "no operator")
    return key


def path_of(address: str) -> str:
    """Return an address with its wildcards filled in: with the id of a row of that list where there is one."""
    if app := re.search(r"\(\?P<app_label>(\w+)", address):
        return f"/{app[1]}/"
    _, *parts = address.split("/")
    row = None
    if parts[0] in apps.app_configs and len(parts) > 3 and parts[2].startswith("<"):
        row = apps.get_model(parts[0], parts[1])._base_manager.first()
    return re.sub(r"<\w+>", str(row.pk) if row else "1", address.replace("(?P<url>.*)$", "nowhere"))


Change = Callable[[Call, World], Call]


@dataclass(frozen=True)
class ConsoleAttack:
    """`who` is the state of the operator whose cookie is sent; `but_at` names addresses where it is no attack."""

    name: str
    does: str
    answer: str
    who: str = ""
    methods: tuple[str, ...] = PAGES
    change: Change = lambda call, _world: call
    but_at: tuple[str, ...] = ()

    def calls(self, world: World, there: Operators) -> Iterator[tuple[str, Call]]:
        """Yield the attack on every address, and what to call it."""
        for address, path in there.paths.items():
            for method in self.methods if address not in self.but_at else ():
                make = page if method == "GET" else form
                yield f"{method} {address}", self.change(make(CONSOLE, path, there[self.who]), world)


def _saying(**headers: str) -> Change:
    return lambda call, _world: call.saying(**headers)


def _to(host: str) -> Change:
    return lambda call, world: call.at(host or world.mine.host)


def _asked_in(name: str, does: str, who: str) -> ConsoleAttack:
    return ConsoleAttack(name, does, SIGN_IN, who, but_at=FOR_ANYBODY)


def _led_to(step: str, who: str, does: str) -> ConsoleAttack:
    return ConsoleAttack(who, does, STEPS[step], who, but_at=(*FOR_HALF_SIGNED_IN, step))


def _refused(name: str, does: str, answer: str, change: Change, methods: tuple[str, ...] = PAGES) -> ConsoleAttack:
    return ConsoleAttack(name, does, answer, "all rights", methods, change)


CONSOLE_ATTACKS = [
    ConsoleAttack("nobody", "no cookie of ours", SIGN_IN, methods=BOTH, but_at=FOR_ANYBODY),
    ConsoleAttack(
        "a Customer",
        "the cookie of a Customer's live session",
        SIGN_IN,
        change=lambda call, world: call.but(cookies=(*call.cookies, *world.mine.live.items())),
        but_at=FOR_ANYBODY,
    ),
    ConsoleAttack(
        "a Customer's key",
        "the same, as if it were an operator's",
        SIGN_IN,
        change=lambda call, world: call.holding(COOKIE, world.mine.keys["live"]),
        but_at=FOR_ANYBODY,
    ),
    _asked_in("signed out", "the cookie of an operator who signed out", "signed out"),
    _asked_in("old", "the cookie of a session that has run out", "old"),
    _asked_in("deactivated", "the cookie of an operator who was deactivated since", "deactivated"),
    _asked_in("no operator", "the cookie of somebody who is no operator any more", "no operator"),
    _led_to("/second-factor/", "password alone", "signed in, and the second factor not shown"),
    _led_to("/second-factor/set-up/", "no second factor", "signed in for the first time, without a second factor"),
    _led_to("/password_change/", "one-time password", "signed in with a password that others know"),
    ConsoleAttack("no rights", "an operator to whom nothing was allowed", NOTHING, "no rights", but_at=FOR_ANYBODY),
    _refused("no form token", "a form without its token", "403", lambda call, _world: call.but(body=b""), FORMS),
    _refused(
        "foreign origin",
        "`Origin` of a Broker's host",
        "403",
        lambda call, world: call.saying(HTTP_ORIGIN=f"http://{world.mine.host}"),
        FORMS,
    ),
    _refused("hidden origin", "`Origin: null`", "403", _saying(HTTP_ORIGIN="null"), FORMS),
    _refused("same site", "`Sec-Fetch-Site: same-site`", "403", _saying(HTTP_SEC_FETCH_SITE="same-site"), FORMS),
    _refused("cross site", "`Sec-Fetch-Site: cross-site`", "403", _saying(HTTP_SEC_FETCH_SITE="cross-site"), FORMS),
    _refused(
        "cookie twice",
        "two operators' cookies",
        "400",
        lambda call, _world: call.but(cookies=(*call.cookies, (COOKIE, "another"))),
    ),
    _refused("oversized header", "too many bytes of headers", "431", _saying(HTTP_X_NOTE="x" * MAX_HEADER_BYTES)),
    ConsoleAttack(
        "a Broker's host",
        "cookie and token, at a Broker's host",
        "404",
        "all rights",
        BOTH,
        _to(""),
        but_at=("/",),  # which the Broker's host has too
    ),
    _refused("the other platform host", "the same at `book.`", "404", _to(BOOK)),
    _refused("unknown host", "the same at a host of nobody", "404", _to(NOWHERE)),
]
