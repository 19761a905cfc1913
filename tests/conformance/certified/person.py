"""A person between the provider and our pages, with one browser for both."""

import re
from urllib.parse import urlencode, urljoin

import httpx2

from tests.conformance.certified.platform import Platform
from tests.conformance.certified.provider import HOST, CertifiedProvider
from tests.journeys.visitor import Visitor

SITE = "http://site.provider.localhost/signed-in"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # RFC 7636, appendix B; its verifier is not needed here
OURS = "cards.acmebroker.localhost"


class Person(Visitor):
    """Signs in at the Broker's own site first, which is another client of the same provider."""

    def __init__(self, stack: Platform, provider: CertifiedProvider) -> None:
        super().__init__(stack)  # type: ignore[arg-type]
        self.provider = provider
        self.sent_from_anywhere: set[str] = set()  # the names of cookies with SameSite=None

    def sign_in_at_provider(self, account: str = "sam-1") -> None:
        """Have a session at the provider, and none from before."""
        self.cookies.pop(HOST, None)
        asked = {"client_id": "site", "response_type": "code", "scope": "openid", "redirect_uri": SITE}
        asked |= {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
        way = self.through(f"{self.provider.issuer}/auth?{urlencode(asked)}", account=account)
        assert way[-1].startswith(f"{SITE}?code="), way

    def through(self, url: str, **answer: str) -> list[str]:
        """Go on from `url`, answering each question of the provider; return the addresses on the way.

        Ends at the first page that is not the provider's, which is not opened unless it is ours.
        """
        way = [url]
        while True:
            if not way[-1].startswith((self.provider.issuer, self.stack.cards(""))):
                return way
            asked = "/interaction/" in way[-1]
            page = self.request("POST" if asked else "GET", way[-1], **({"data": answer} if asked else {}))
            if f'action="{self.stack.cards("/oidc/callback")}"' in page.text:
                way.append(self.stack.cards("/oidc/callback"))
                page = self._send_on(page)
            if "location" not in page.headers:
                self.page = page
                return way
            way.append(urljoin(way[-1], page.headers["location"]))
            assert len(way) < 15, way

    def _send_on(self, page: httpx2.Response) -> httpx2.Response:
        """Send the form that the provider's page sends by itself, with the cookies that browsers send from there."""
        data = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        ours = self.cookies[OURS]
        self.cookies[OURS] = {name: value for name, value in ours.items() if name in self.sent_from_anywhere}
        origin = {"Origin": self.provider.issuer, "Sec-Fetch-Site": "same-site"}
        answer = self.request("POST", self.stack.cards("/oidc/callback"), headers=origin, data=data)
        self.cookies[OURS] = {**ours, **self.cookies[OURS]}
        return answer

    def request(self, method: str, url: str, *values: object, **body: object) -> httpx2.Response:
        response = super().request(method, url, *values, **body)  # type: ignore[arg-type]
        given = [line for line in response.headers.get_list("set-cookie") if "samesite=none" in line.lower()]
        self.sent_from_anywhere |= {line.partition("=")[0] for line in given}
        return response

    def open_cards(self, **answer: str) -> httpx2.Response:
        """Open the card list, whatever redirects lead there; return the page at the end."""
        self.way = self.through(self.stack.cards(), **answer)
        return self.page

    def sign_out_at_provider(self) -> httpx2.Response:
        """Sign out at the provider's own page; it tells the clients by the back channel."""
        page, _ = self.go(f"{self.provider.issuer}/session/end")
        return self.confirm_sign_out(page)

    def confirm_sign_out(self, page: httpx2.Response) -> httpx2.Response:
        """Press “Sign out” on the provider's page; return the page that follows."""
        form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        action = re.search(r'action="([^"]+)"', page.text)
        assert action, page.text
        done, self.way = self.go(action.group(1), method="POST", data={**form, "logout": "yes"})
        return done

    @property
    def session(self) -> str:
        """The session cookie that we gave."""
        return self.cookies.get(OURS, {}).get("__Host-session", "")
