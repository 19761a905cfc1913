"""Signing out: the browser's session ends, and every client that it signed in to is told.

Follows OpenID Connect Back-Channel Logout 1.0.
"""

import secrets
from typing import Any

import httpx2
from flask import session as cookie
from joserfc import jwt

from sandbox.acme import clock, outgoing
from sandbox.acme.keys import ALGORITHM
from sandbox.acme.memory import Session
from sandbox.acme.site import Notice, Site

EVENT = "http://schemas.openid.net/event/backchannel-logout"
TOKEN_SECONDS = 120


def leave(site: Site, *, also: str = "") -> None:
    """End this browser's session, and the session whose `sid` is `also`; tell the clients of both."""
    here = site.current()
    cookie.clear()
    for sid in {here.sid if here else "", also} - {""}:
        session = site.memory.sign_out(sid)
        if session:
            _tell_clients(site, session)


def _tell_clients(site: Site, session: Session) -> None:
    client = site.broker.client
    if client.client_id in session.client_ids and client.backchannel_logout_uri:
        status = _post(client.backchannel_logout_uri, {"logout_token": logout_token(site, session)})
        site.notices.append(Notice(client_id=client.client_id, sid=session.sid, status=status))


def logout_token(site: Site, session: Session) -> str:
    """Return the signed token (section 2.4) that says to the Broker's client: this session is over."""
    now = int(clock.now())
    claims: dict[str, Any] = {
        "iss": site.issuer,
        "aud": site.broker.client.client_id,
        "sub": session.person.sub,
        "sid": session.sid,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "jti": secrets.token_urlsafe(16),
        "events": {EVENT: {}},
    }
    key = site.keys.signing
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid, "typ": "logout+jwt"}, claims, key, [ALGORITHM])


def _post(url: str, form: dict[str, str]) -> int:
    """Return the status of the answer, 0 when there was none: a client that is down holds nobody up."""
    try:
        return outgoing.ask("POST", url, form).status_code
    except httpx2.HTTPError:
        return 0
