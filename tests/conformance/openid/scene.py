"""One browser before our own pages and a provider that misbehaves, and what "refused" and "signed in" mean."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from imin.ground.database import as_owner
from imin.identity.models import Session
from imin.identity.rules import Check
from tests.identity.browser import Browser
from tests.identity.conftest import set_up
from tests.identity.provider import Provider, Server

SLUG = "acmebroker"
LOGOUT_TOKENS = "/oidc/back-channel-logout"
FROM_A_SERVER = {"HTTP_ORIGIN": "https://provider.example", "HTTP_SEC_FETCH_SITE": "cross-site"}
_SECRET = ("code", "state", "nonce", "code_verifier", "client_secret", "id_token_hint", "client_assertion")
_SHORTEST_SECRET = 10  # "another", which a case sends in a secret's place, is none


class HarmError(AssertionError):
    """Somebody was signed in, or signed out, who must not be."""


@dataclass
class Scene:
    """What a case plays with; `make_broker` stores one more Broker with a provider of its own."""

    server: Server
    provider: Provider
    browser: Browser
    log: list[dict[str, Any]]
    settings: Any
    make_broker: Callable[[str], Provider]
    by_form: bool = False
    live_before: set[UUID] = field(default_factory=set)
    asked_before: int = 0
    logged_before: int = 0

    def endlessly(self) -> None:
        """Be played with often: no limit counts, and the log begins anew (Hypothesis writes down all of it)."""
        self.settings.RATE_LIMITS = False
        self.log.clear()

    def mark(self) -> None:
        """Judge only what happens from now on; who is signed in by now may stay so."""
        self.live_before = live_sessions()
        self.asked_before = len(self.provider.asked)
        self.logged_before = len(self.log)

    def broker(self, **values: object) -> None:
        """Change the Broker's sign-in settings."""
        set_up(SLUG, **values)

    def answer_by_form(self) -> None:
        """Let the Broker's provider answer by a form."""
        self.broker(response_mode="form_post")
        self.by_form = True

    def come_back(self) -> Any:
        """Open the cards, go through the provider, and return our answer to what it said."""
        if self.by_form:
            return self.browser.submit(self.browser.start())
        return self.browser.come_back()

    def back(self) -> str:
        """Open the cards, go through the provider, and return the path on which it sends the person back."""
        return self.browser.visit(self.browser.start())

    def again(self) -> Any:
        """Let somebody who is signed in pass through the provider once more."""
        return self.browser.open(self.browser.visit(self.browser.open("/oidc/start")["Location"]))

    def later(self, seconds: int) -> None:
        """Move our clock and the provider's."""
        self.settings.CLOCK_OFFSET = self.provider.clock_offset = seconds

    def signed_in(self, answer: Any = None) -> str:
        """Demand that the sign-in worked: a new session, and the person's own page. Return that page."""
        answer = answer or self.come_back()
        assert answer.status_code == (303 if self.by_form else 302), answer.content.decode()
        assert answer["Cache-Control"] == "no-store"
        assert "eyJ" not in str(answer.headers)
        assert len(live_sessions() - self.live_before) == 1
        page = self.browser.open(urlsplit(answer["Location"]).path)
        assert page.status_code == 200
        self._keeps_secrets("page", page.content.decode())
        self._keeps_secrets("log", str(self.log))
        return page.content.decode()

    def refused(self, answer: Any, checks: Sequence[Check[Any]], rule: str, status: int = 502) -> None:
        """Demand that a sign-in was refused by the check `rule` of `checks`, in all four ways."""
        self._lets_nobody_in()
        self._asks_no_userinfo(rule)
        self._is_a_friendly_page(answer, status)
        self._is_in_the_log(checks, rule)

    def logout_refused(self, answer: Any, checks: Sequence[Check[Any]], rule: str) -> None:
        """Demand that a logout token was refused: 400, not stored, and everybody still signed in."""
        if live_sessions() != self.live_before:
            raise HarmError("Somebody was signed out.")
        assert answer.status_code == 400, answer.content
        assert answer["Cache-Control"] == "no-store"
        assert answer.json()["error"] == "invalid_request"
        self._keeps_secrets("answer", answer.content.decode())
        self._is_in_the_log(checks, rule)

    def send_logout(self, token: str) -> Any:
        """Post a logout token as the provider's server does: from elsewhere, without cookies."""
        return Browser(SLUG).client.post(LOGOUT_TOKENS, {"logout_token": token}, **FROM_A_SERVER)

    def _lets_nobody_in(self) -> None:
        if live_sessions() - self.live_before:
            raise HarmError("There is a new session.")
        if self.browser.session and not self.live_before:
            raise HarmError("The browser has a session's cookie.")

    def _asks_no_userinfo(self, rule: str) -> None:
        since = [path for path, _values in self.provider.asked[self.asked_before :]]
        assert since.count("/userinfo") == (1 if rule == "more_claims" else 0)

    def _is_a_friendly_page(self, answer: Any, status: int) -> None:
        page = answer.content.decode()
        assert answer.status_code == status, page
        assert answer["Cache-Control"] == "no-store"
        assert 'class="reference"' in page
        assert answer["X-Request-Id"] in page
        assert "Traceback" not in page
        self._keeps_secrets("page", page)
        self._keeps_secrets("headers", str([value for name, value in answer.headers.items() if name != "Set-Cookie"]))

    def _is_in_the_log(self, checks: Sequence[Check[Any]], rule: str) -> None:
        lines = [line for line in self.log[self.logged_before :] if line["event"] == "sign_in_stopped"]
        (paragraph,) = (check.paragraph for check in checks if check.name == rule)
        assert [(line["rule"], line["paragraph"]) for line in lines] == [(rule, paragraph)], lines
        self._keeps_secrets("log", str(self.log))

    def _keeps_secrets(self, where: str, text: str) -> None:
        assert "eyJ" not in text, f"The {where} holds a token: {text}"
        told = {self.provider.client_secret, *self.provider.codes}
        told |= {str(values.get(name, "")) for _path, values in self.provider.asked for name in _SECRET}
        leaked = [secret for secret in told if len(secret) >= _SHORTEST_SECRET and secret in text]
        assert leaked == [], f"The {where} holds a secret: {text}"


def live_sessions() -> set[UUID]:
    """Return the sessions that nobody ended, of every Broker."""
    with as_owner():
        return set(Session.objects.filter(ended_at=None).values_list("id", flat=True))
