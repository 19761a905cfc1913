"""A browser, as far as signing in needs one: our pages through Django's test client, the provider over HTTP."""

import re
from urllib.parse import parse_qs, urlsplit

import httpx2
from django.test import Client

NAVIGATION = {"HTTP_SEC_FETCH_MODE": "navigate", "HTTP_SEC_FETCH_DEST": "document", "HTTP_SEC_FETCH_SITE": "none"}

_http = httpx2.Client(verify=False, trust_env=False)


class Browser:
    def __init__(self, slug: str = "acmebroker") -> None:
        self.host = f"cards.{slug}.localhost"
        self.client = Client(HTTP_HOST=self.host)

    def open(self, path: str, **headers: str):
        return self.client.get(path, **{**NAVIGATION, **headers})

    def start(self, path: str = "/edit", **headers: str) -> str:
        """Open `path` without a session and return where we are sent: the authorization request."""
        response = self.open(path, **headers)
        assert response.status_code == 302, response.content.decode()
        return response["Location"]

    def visit(self, url: str) -> str:
        """Go to the provider and return the path on our host to which it sends us back."""
        parts = urlsplit(url)
        answer = _http.get(f"http://127.0.0.1:{parts.port}{parts.path}?{parts.query}", headers={"Host": parts.netloc})
        back = urlsplit(answer.headers["Location"])
        assert back.hostname == self.host
        return f"{back.path}?{back.query}"

    def submit(self, url: str, **headers: str):
        """Go to the provider, submit the form that it answers with, and return our answer."""
        path, fields = self.form_of(url)
        return self.post_form(path, fields, **headers)

    def form_of(self, url: str) -> tuple[str, dict[str, str]]:
        """Go to the provider and return the path on our host to which its form leads, and the form's fields."""
        parts = urlsplit(url)
        page = _http.get(f"http://127.0.0.1:{parts.port}{parts.path}?{parts.query}", headers={"Host": parts.netloc})
        (action,) = re.findall('action="([^"]+)"', page.text)
        assert urlsplit(action).hostname == self.host
        return urlsplit(action).path, dict(re.findall('name="([^"]+)" value="([^"]*)"', page.text))

    def post_form(self, path: str, fields: dict, **headers: str):
        """Post a form of another site, as browsers do: only cookies that are marked for that go along."""
        own = dict(self.client.cookies)
        going = Client(HTTP_HOST=self.host, enforce_csrf_checks=True)
        for name, morsel in own.items():
            if morsel["samesite"] == "None":
                going.cookies[name] = morsel.value
        origin = {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "https://id.example"}
        answer = going.post(path, fields, **{**NAVIGATION, **origin, **headers})
        self.client.cookies.update(answer.cookies)
        return answer

    def come_back(self, path: str = "/edit", **headers: str):
        """Start at `path`, go through the provider, and return our answer at the callback."""
        return self.open(self.visit(self.start(path, **headers)))

    def sign_in(self, path: str = "/edit") -> dict:
        """Sign in and return what the page at `path` says."""
        back = self.come_back(path)
        assert back.status_code == 302, back.content.decode()
        return self.open(back["Location"]).json()

    @property
    def session(self) -> str:
        morsel = self.client.cookies.get("__Host-session")
        return morsel.value if morsel else ""


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
