"""A person's browser without a screen: follows links and forms over HTTP, for what must go fast or go wrong."""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx2

from tests.journeys.stack import Stack

NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "same-origin"}
PASSWORD = "open sesame"


@dataclass
class Visitor:
    """Keeps cookies by host, as a browser does on `*.localhost`; redirects are followed only by `go`."""

    stack: Stack
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    def request(self, method: str, url: str, headers: dict[str, str] | None = None, **body: object) -> httpx2.Response:
        parts = urlsplit(url)
        jar = self.cookies.setdefault(parts.hostname or "", {})
        query = f"?{parts.query}" if parts.query else ""
        response = httpx2.request(
            method,
            f"http://127.0.0.1:{parts.port}{parts.path or '/'}{query}",
            headers={
                **NAVIGATION,
                "Host": parts.netloc,
                "Cookie": "; ".join(f"{name}={value}" for name, value in jar.items()),
                **({"Origin": f"http://{parts.netloc}"} if method != "GET" else {}),
                **(headers or {}),
            },
            timeout=20,
            verify=False,
            **body,  # type: ignore[arg-type]
        )
        for line in response.headers.get_list("set-cookie"):
            name, _, value = line.split(";")[0].partition("=")
            gone = "max-age=0" in line.lower() or "01 jan 1970" in line.lower()
            jar.pop(name, None) if gone else jar.update({name: value})
        return response

    def go(self, url: str, **request: object) -> tuple[httpx2.Response, list[str]]:
        """Open `url` and follow redirects; return the last answer and every address on the way."""
        way = [url]
        response = self.request(str(request.pop("method", "GET")), url, **request)  # type: ignore[arg-type]
        while response.status_code in {301, 302, 303, 307, 308}:
            where = response.headers["location"]
            parts = urlsplit(way[-1])
            way.append(where if "://" in where else f"{parts.scheme}://{parts.netloc}{where}")
            assert len(way) < 12, way
            response = self.request("GET", way[-1])
        return response, way

    def sign_in_at_broker(self, email: str = "alex@acmebroker.example", broker: str = "acmebroker") -> None:
        page, _ = self.go(self.stack.site("/sign-in", broker))
        form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        action = re.search(r'<form[^>]*action="([^"]+)"', page.text)
        assert action, page.text
        done, _ = self.go(
            self.stack.site(action.group(1), broker), method="POST", data={**form, "email": email, "password": PASSWORD}
        )
        assert done.status_code == 200, done.text

    def token(self, page: str) -> str:
        """Return the CSRF token of a page."""
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found, page
        return found.group(1)

    def post(self, path: str, broker: str = "acmebroker", **values: str) -> tuple[httpx2.Response, list[str]]:
        """Send a form of the card pages with the token of the card list."""
        page, _ = self.go(self.stack.cards("/edit", broker))
        data = {"csrfmiddlewaretoken": self.token(page.text), **values}
        return self.go(self.stack.cards(path, broker), method="POST", data=data)

    def begin_add(self, broker: str = "acmebroker") -> tuple[str, str]:
        """Start adding a card; return the client secret and the address to return to."""
        page, _ = self.go(self.stack.cards("/edit/cards/add", broker))
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token, page.text
        begun = self.request(
            "POST",
            self.stack.cards("/edit/cards/add", broker),
            json={"attempt": str(uuid4()), "consent": True},
            headers={"X-CSRFToken": token.group(1), "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
        )
        assert begun.status_code == 200, begun.text
        answer = begun.json()
        return answer["client_secret"], answer["return_url"]

    def confirm(
        self,
        secret: str,
        number: str = "4242424242424242",
        *,
        account: str = "",
        year: str = "2031",
        redirect_to: str = "",
    ) -> httpx2.Response:
        """Do what the payment service's own frame does with a card number."""
        setup = secret.split("_secret_", maxsplit=1)[0]
        data = {
            "client_secret": secret,
            **({"return_url": redirect_to} if redirect_to else {"use_stripe_sdk": "true"}),
            "payment_method_data[type]": "card",
            "payment_method_data[card][number]": number,
            "payment_method_data[card][exp_month]": "8",
            "payment_method_data[card][exp_year]": year,
            "payment_method_data[card][cvc]": "1234" if number.startswith("37") else "123",
        }
        if account:
            data["_stripe_account"] = account
        return httpx2.post(
            f"http://127.0.0.1:{self.stack.sandbox_port}/v1/setup_intents/{setup}/confirm",
            data=data,
            headers={
                "Host": f"api.pay.localhost:{self.stack.sandbox_port}",
                "Authorization": f"Bearer {self.stack.publishable_key}",
            },
            verify=False,
        )

    def add_card(
        self, number: str = "4242424242424242", broker: str = "acmebroker", account: str = ""
    ) -> httpx2.Response:
        """Add a card from beginning to end; return the page that the person sees then."""
        secret, back = self.begin_add(broker)
        self.confirm(secret, number, account=account)
        page, _ = self.go(back)
        return page


def query(url: str) -> dict[str, str]:
    """Return the query of an address, one value a name."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
