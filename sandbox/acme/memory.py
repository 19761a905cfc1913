"""Who is signed in at a Broker's site, and which codes and tokens are out.

Everything is lost at a restart, on purpose: nobody stays signed in unexpectedly.
"""

import secrets
import threading
from dataclasses import dataclass, field

from sandbox.world import Person

ACR = "urn:sandbox:password"
CODE_SECONDS = 60
TOKEN_SECONDS = 3600
VISIT_SECONDS = 600
PUSHED_SECONDS = 60
_PUSHED = "urn:ietf:params:oauth:request_uri:"


@dataclass
class Session:
    """One person in one browser; `sid` is what clients see of it, its key stays in the cookie."""

    person: Person
    signed_in_at: float
    sid: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    client_ids: set[str] = field(default_factory=set)
    ended: bool = False


@dataclass(frozen=True)
class Visit:
    """An authorization request (its query string) that waits while the person signs in."""

    query: str
    began: float


@dataclass
class Code:
    """An authorization code with all that it was asked for (read by Authlib)."""

    client_id: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str
    code_challenge_method: str
    session: Session
    expires_at: float
    used: bool = False
    access_tokens: list[str] = field(default_factory=list)

    def get_redirect_uri(self) -> str:
        """Return the address that the code was sent to."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """Return the granted scopes, separated by spaces."""
        return self.scope

    def get_nonce(self) -> str | None:
        """Return the client's nonce, to be echoed in the ID Token."""
        return self.nonce

    def get_auth_time(self) -> int:
        """Return when the person typed their password, in whole seconds."""
        return int(self.session.signed_in_at)

    def get_acr(self) -> str:
        """Return how strong the sign-in was: there are passwords only."""
        return ACR

    def get_amr(self) -> list[str]:
        """Return how the person signed in (RFC 8176): by password."""
        return ["pwd"]


@dataclass(frozen=True)
class AccessToken:
    """What an access token allows, and for whom."""

    client_id: str
    scope: str
    session: Session
    expires_at: float


class Memory:
    """Sessions, waiting visits, codes and tokens of one Broker; safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}
        self._visits: dict[str, Visit] = {}
        self._codes: dict[str, Code] = {}
        self._tokens: dict[str, AccessToken] = {}
        self._pushed: dict[str, Visit] = {}
        self._assertions: dict[str, float] = {}

    def sign_in(self, person: Person, *, replaces: str, now: float) -> str:
        """Start a session and return its key.

        `replaces` is the key this browser had: the same person keeps their `sid` (they only
        typed the password again), anybody else's session ends.
        """
        key = secrets.token_urlsafe(32)
        with self._lock:
            session = self._sessions.pop(replaces, None)
            if session and session.person == person:
                session.signed_in_at = now
            else:
                self._forget(session)
                session = Session(person=person, signed_in_at=now)
            self._sessions[key] = session
        return key

    def session(self, key: str) -> Session | None:
        """Return the session of a cookie's key, if it is still on."""
        return self._sessions.get(key)

    def sign_out(self, sid: str) -> Session | None:
        """End the session `sid` with its tokens; return it, or None when it had ended before."""
        with self._lock:
            for key, session in self._sessions.items():
                if session.sid == sid:
                    del self._sessions[key]
                    self._forget(session)
                    return session
        return None

    def wait(self, query: str, *, now: float) -> str:
        """Keep an authorization request while its person signs in; return the visit's id."""
        visit_id = secrets.token_urlsafe(16)
        with self._lock:
            self._visits = {key: visit for key, visit in self._visits.items() if now - visit.began < VISIT_SECONDS}
            self._visits[visit_id] = Visit(query=query, began=now)
        return visit_id

    def visit(self, visit_id: str) -> Visit | None:
        """Return a waiting visit, or None when it is unknown or was given up."""
        return self._visits.get(visit_id)

    def push(self, query: str, *, now: float) -> str:
        """Keep an authorization request until its browser comes; return the `request_uri` that names it."""
        uri = _PUSHED + secrets.token_urlsafe(16)
        with self._lock:
            self._pushed = {key: old for key, old in self._pushed.items() if now - old.began < PUSHED_SECONDS}
            self._pushed[uri] = Visit(query=query, began=now)
        return uri

    def pulled(self, uri: str, *, now: float) -> str:
        """Return the request that `uri` names, once and in time; otherwise nothing."""
        kept = self._pushed.pop(uri, None)
        return kept.query if kept and now - kept.began < PUSHED_SECONDS else ""

    def first_use(self, jti: str, *, until: float, now: float) -> bool:
        """Say whether a client's assertion was not used before; it is remembered for as long as it is good."""
        with self._lock:
            self._assertions = {key: end for key, end in self._assertions.items() if end > now - PUSHED_SECONDS}
            new = jti not in self._assertions
            self._assertions[jti] = until
        return new

    def issue_code(self, value: str, code: Code) -> None:
        """Keep a fresh authorization code, and forget those whose tokens have ended anyway."""
        oldest = code.expires_at - TOKEN_SECONDS
        with self._lock:
            self._codes = {key: old for key, old in self._codes.items() if old.expires_at > oldest}
            self._tokens = {key: old for key, old in self._tokens.items() if old.expires_at > oldest}
            self._codes[value] = code
            code.session.client_ids.add(code.client_id)

    def redeem(self, value: str, client_id: str, *, now: float) -> Code | None:
        """Return the code the first time its own client asks in time, else None.

        A second use means that somebody else saw the code: its tokens are revoked.
        """
        with self._lock:
            code = self._codes.get(value)
            if code is None or code.client_id != client_id or code.expires_at <= now or code.session.ended:
                return None
            if code.used:
                for token in code.access_tokens:
                    self._tokens.pop(token, None)
                return None
            code.used = True
            return code

    def issue_token(self, value: str, code: Code, *, now: float) -> None:
        """Keep the access token that was given for `code`."""
        with self._lock:
            code.access_tokens.append(value)
            self._tokens[value] = AccessToken(code.client_id, code.scope, code.session, now + TOKEN_SECONDS)

    def token(self, value: str, *, now: float) -> AccessToken | None:
        """Return what an access token allows, or None when it is unknown, revoked or too old."""
        token = self._tokens.get(value)
        return token if token and token.expires_at > now else None

    def _forget(self, session: Session | None) -> None:
        if session:
            session.ended = True
            self._tokens = {key: token for key, token in self._tokens.items() if token.session is not session}
