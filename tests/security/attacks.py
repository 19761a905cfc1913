"""Every attack: how it changes a good request, and what the answer must be."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings

from imin.ground.security import MAX_HEADER_BYTES
from tests.security.call import FORM_SIGN_IN, SESSION, SIGN_IN, Call
from tests.security.declared import Kind, returning
from tests.security.routes import READING, Route
from tests.security.world import BOOK, CONSOLE, NOWHERE, PORT, World

SIGN_IN_AGAIN, ANYBODY, CONSOLE_SIGN_IN, NOT_POSSIBLE = "sign in", "anybody", "console", "–"
OLD = timedelta(minutes=11)  # a sign-in is good for ten

Change = Callable[[World, Route], Call]


@dataclass(frozen=True)
class Answers:
    """What each kind of route answers to an attack; `OWN` and `CUSTOMER` by GET and by POST."""

    get: str
    post: str
    returning: str
    open_get: str
    open_post: str
    server: str

    def to(self, route: Route) -> str:
        safe = route.method in READING
        if route.kind is Kind.OPEN:
            return self.open_get if safe else self.open_post
        if route.kind in (Kind.OWN, Kind.CUSTOMER):
            return self.get if safe else self.post
        return self.returning if route.kind is Kind.RETURN else self.server


@dataclass(frozen=True)
class Attack:
    name: str
    does: str
    change: Change
    answers: Answers
    signed_in: bool = False  # whether the attacker is `mine` with a live session, who may see their own name
    only_own: bool = False  # whether it needs the id of a thing
    only_brokers: bool = False  # whether it needs a route of a Broker's host


def _good(world: World, route: Route) -> Call:
    return route.good(world, world.mine)


def _session(state: str) -> Change:
    """A session that has ended one way or another; a sign-in that was used or is too old; a session as a proof."""

    def change(world: World, route: Route) -> Call:
        if route.kind is Kind.RETURN:
            used, begun = (True, timedelta(0)) if state == "ended" else (False, OLD)
            browser, path = world.come_back(world.mine, begun=begun, used=used)
            return returning(route.method, world.mine.host, browser, path)
        return _without_proof(route, _good(world, route)).holding(SESSION, world.mine.session(state))

    return change


def _no_session(world: World, route: Route) -> Call:
    call = _good(world, route)
    for name in (SESSION, SIGN_IN, FORM_SIGN_IN):
        call = call.holding(name, "")
    return _without_proof(route, call)


def _other_brokers_session(world: World, route: Route) -> Call:
    if route.kind is Kind.RETURN:
        browser, path = world.come_back(world.stranger)
        return returning(route.method, world.mine.host, browser, path)
    return _without_proof(route, _good(world, route)).holding(SESSION, world.stranger.keys["live"])


def _things_of(role: str) -> Change:
    def change(world: World, route: Route) -> Call:
        return route.good(world, getattr(world, role))

    return change


def _at(host: str) -> Change:
    def change(world: World, route: Route) -> Call:
        return _good(world, route).at(host or world.stranger.host)

    return change


def _at_another_host_of_ours(world: World, route: Route) -> Call:
    return _good(world, route).at(world.mine.host if route.product == "book" else BOOK)


def _without_token(world: World, route: Route) -> Call:
    call = _good(world, route)
    body = call.body.replace(b"csrfmiddlewaretoken", b"no")
    return call.but(body=body, headers={name: value for name, value in call.headers.items() if "CSRF" not in name})


def _saying(**headers: str) -> Change:
    def change(world: World, route: Route) -> Call:
        return _good(world, route).saying(**headers)

    return change


def _two_sessions(world: World, route: Route) -> Call:
    call = _good(world, route)
    mine, other = ((SESSION, person.keys["live"]) for person in (world.mine, world.stranger))
    return call.holding(SESSION, "").but(cookies=(*call.cookies, mine, other))


def _with_a_large_body(world: World, route: Route) -> Call:
    return _good(world, route).but(body=b"x" * (settings.MAX_BODY_BYTES + 1))


def _forged(world: World, route: Route) -> Call:
    """The proof of another server: the other Broker's provider, another secret."""
    call = _good(world, route)
    if route.address == "/mail/bounces":
        return call.saying(HTTP_AUTHORIZATION="Bearer the secret of another installation, or a guess")
    if route.product == "book":
        body, signature = world.event(secret="whsec_of_somebody_else")
        return call.but(body=body).saying(HTTP_STRIPE_SIGNATURE=signature)
    token = world.stranger.provider.logout_token(sub="subject-of-mine")
    return call.but(body=urlencode({"logout_token": token}).encode())


_PROOFS = {"HTTP_STRIPE_SIGNATURE", "HTTP_AUTHORIZATION"}


def _without_proof(route: Route, call: Call) -> Call:
    if route.kind is not Kind.SERVER:
        return call
    headers = {name: value for name, value in call.headers.items() if name not in _PROOFS}
    return call.but(headers=headers, body=b"{}" if route.product == "book" else b"")


_NOBODY = Answers(SIGN_IN_AGAIN, "401", "400", ANYBODY, ANYBODY, "400")
_ELSEWHERE = Answers("404", "404", "404", "404", "404", "404")
_FORM = Answers(NOT_POSSIBLE, "403", NOT_POSSIBLE, NOT_POSSIBLE, "403", NOT_POSSIBLE)
_FROM_ELSEWHERE = Answers(SIGN_IN_AGAIN, "403", NOT_POSSIBLE, ANYBODY, "403", NOT_POSSIBLE)
_THINGS = Answers("404", "404", NOT_POSSIBLE, NOT_POSSIBLE, NOT_POSSIBLE, NOT_POSSIBLE)

ATTACKS = [
    Attack("no session", "no cookie of ours, and no proof", _no_session, _NOBODY),
    Attack(
        "another Broker's session", "the cookie of a live session at another Broker", _other_brokers_session, _NOBODY
    ),
    Attack("ended session", "the cookie of a session that was signed out", _session("ended"), _NOBODY),
    Attack("idle session", "the cookie of a session that was not used for too long", _session("idle"), _NOBODY),
    Attack("old session", "the cookie of a session that was begun too long ago", _session("absolute"), _NOBODY),
    Attack(
        "another Customer's things",
        "a live session, and the ids of another Customer of the same Broker",
        _things_of("neighbour"),
        _THINGS,
        signed_in=True,
        only_own=True,
    ),
    Attack(
        "another Broker's things",
        "a live session, and the ids of a Customer of another Broker",
        _things_of("stranger"),
        _THINGS,
        signed_in=True,
        only_own=True,
    ),
    Attack(
        "another Broker's host",
        "cookies, token, ids and proof, at another Broker's host",
        _at(""),
        _NOBODY,
        only_brokers=True,
    ),
    Attack(
        "the other platform host",
        "the same at `book.`, or at a Broker's host what is for `book.`",
        _at_another_host_of_ours,
        _ELSEWHERE,
    ),
    Attack("the console's host", "the same at `console.`", _at(CONSOLE), Answers(*[CONSOLE_SIGN_IN] * 6)),
    Attack("unknown host", "the same at a host of nobody", _at(NOWHERE), _ELSEWHERE),
    Attack("no form token", "the form without its token", _without_token, _FORM),
    Attack(
        "foreign origin",
        "`Origin` of the Broker's own site",
        _saying(HTTP_ORIGIN=f"http://acmebroker.localhost:{PORT}"),
        _FORM,
    ),
    Attack("hidden origin", "`Origin: null`, as a sandboxed frame sends it", _saying(HTTP_ORIGIN="null"), _FORM),
    Attack(
        "same site",
        "`Sec-Fetch-Site: same-site`, from the Broker's own site",
        _saying(HTTP_SEC_FETCH_SITE="same-site"),
        _FROM_ELSEWHERE,
    ),
    Attack("cross site", "`Sec-Fetch-Site: cross-site`", _saying(HTTP_SEC_FETCH_SITE="cross-site"), _FROM_ELSEWHERE),
    Attack("cookie twice", "two session cookies", _two_sessions, Answers(*["400"] * 6)),
    Attack(
        "oversized header",
        f"more than {MAX_HEADER_BYTES // 1024} KB of headers",
        _saying(HTTP_X_NOTE="x" * MAX_HEADER_BYTES),
        Answers(*["431"] * 6),
    ),
    Attack(
        "oversized body",
        f"more than {settings.MAX_BODY_BYTES // 1024} KB of body",
        _with_a_large_body,
        Answers(NOT_POSSIBLE, "413", NOT_POSSIBLE, NOT_POSSIBLE, "413", "413"),
    ),
    Attack("forged proof", "another server's proof", _forged, Answers(*[NOT_POSSIBLE] * 5, "400")),
]


def answer_to(attack: Attack, route: Route) -> str:
    """Return what a route must answer to an attack, or that the attack is not possible there."""
    if (attack.only_own and route.kind is not Kind.OWN) or (attack.only_brokers and route.product == "book"):
        return NOT_POSSIBLE
    if ends_own_session(attack, route):
        return "200"
    if attack.name in route.open_to:
        return ANYBODY
    return route.answers.get(attack.name) or attack.answers.to(route)


def ends_own_session(attack: Attack, route: Route) -> bool:
    """Say whether the request signs its own sender out: a session past its limits can still be ended, at both ends."""
    return route.address == "/oidc/logout" and attack.name in {"idle session", "old session"}
