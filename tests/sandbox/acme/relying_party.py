"""The platform's part in these tests: a relying party small enough to read, and strict."""

import re
import secrets
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import KeySet

from sandbox.world import Broker, Person
from tests.sandbox.acme.loopback import browser


def first_values(url: str) -> dict[str, str]:
    """The query of a URL, one value a name."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name} in the page"
    return found[1].replace("&amp;", "&")


@dataclass
class RelyingParty:
    """The Broker's client, with one browser and one authorization request at a time."""

    broker: Broker
    port: int
    browser: httpx2.Client = field(default_factory=browser)
    verifier: str = ""
    sent: dict[str, str] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return f"http://{self.broker.host}:{self.port}"

    @property
    def redirect_uri(self) -> str:
        return self.broker.client.redirect_uris[0]

    def discovery(self) -> dict[str, Any]:
        document: dict[str, Any] = self.browser.get(f"{self.issuer}/.well-known/openid-configuration").json()
        return document

    def authorize(self, **changes: str | None) -> httpx2.Response:
        """Ask for a code; None leaves a parameter out."""
        self.verifier = secrets.token_urlsafe(48)
        challenge = urlsafe_b64encode(sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        wanted = {
            "response_type": "code",
            "client_id": self.broker.client.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid profile email",
            "state": secrets.token_urlsafe(8),
            "nonce": secrets.token_urlsafe(8),
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **changes,
        }
        self.sent = {name: value for name, value in wanted.items() if value is not None}
        return self.browser.get(f"{self.discovery()['authorization_endpoint']}?{urlencode(self.sent)}")

    def sign_in(self, person: Person, page: str | None = None, password: str | None = None) -> httpx2.Response:
        """Fill in the sign-in form at `page` and send it."""
        page = page or f"{self.issuer}/sign-in"
        form = self.browser.get(page).text
        return self.browser.post(
            f"{self.issuer}/sign-in",
            data={
                "form_token": hidden(form, "form_token"),
                "visit": hidden(form, "visit"),
                "email": person.email,
                "password": person.password if password is None else password,
            },
        )

    def answer(self, response: httpx2.Response) -> dict[str, str]:
        """What came back at the redirect URI; fails when the browser was sent anywhere else."""
        location = response.headers["location"]
        assert location.startswith(f"{self.redirect_uri}?"), location
        return first_values(location)

    def code(self) -> str:
        """A code got silently; somebody must be signed in."""
        return self.answer(self.authorize(prompt="none"))["code"]

    def redeem(self, code: str, changes: dict[str, str] | None = None, *, basic: bool = True) -> httpx2.Response:
        client = self.broker.client
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
        }
        headers = {}
        if basic:
            pair = f"{quote(client.client_id, safe='')}:{quote(client.client_secret, safe='')}"
            headers["Authorization"] = "Basic " + b64encode(pair.encode()).decode()
        else:
            form |= {"client_id": client.client_id, "client_secret": client.client_secret}
        return browser().post(f"{self.issuer}/oidc/token", data=form | (changes or {}), headers=headers)

    def keys(self) -> KeySet:
        return KeySet.import_key_set(self.browser.get(f"{self.issuer}/oidc/jwks").json())

    def read(self, token: str) -> jwt.Token:
        """A token's header and claims; raises unless a published key signed it with RS256."""
        return jwt.decode(token, self.keys(), algorithms=["RS256"])

    def control(self, path: str = "", **changes: Any) -> dict[str, Any]:
        answer = self.browser.post(f"{self.issuer}/control{path}", json=changes)
        document: dict[str, Any] = answer.json()
        return document
