"""Features of the official suite: booking-partner-openid-authentication, …-for-multiple-sellers,
dynamic-client-registration, booking-partner-authentication, single-seller; the way its headless browser walks."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from werkzeug.test import TestResponse

from sandbox.leisure.authority.clients import SUITE_CALLBACK
from tests.sandbox.leisure.partner import ORIGIN, Partner

AUTHORITY = "/authority"
EVERYTHING = "openid openactive-openbooking offline_access openactive-identity"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
Json = dict[str, Any]


class Walk:
    """The suite's browser and client: no cookies, the same button on each page."""

    def __init__(self, partner: Partner, client: str = "primary", secret: str = "") -> None:
        self.http = partner.app.test_client(use_cookies=False)
        self.client, self.secret = client, secret or f"{client}-secret"

    def address(self, scope: str = EVERYTHING, **more: str) -> str:
        asked = {"client_id": self.client, "redirect_uri": SUITE_CALLBACK, "response_type": "code", "scope": scope}
        asked |= {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
        return f"{AUTHORITY}/authorize?{urlencode({**asked, **more})}"

    def sign_in(self, address: str, username: str = "northgate", password: str = "open sesame") -> TestResponse:
        """Open the page, type name and password, press the button."""
        opened = self.http.get(address)
        assert opened.status_code == 200, opened.text
        assert 'name="username"' in opened.text
        assert opened.text.count("btn-primary") == 2  # the rule and the button
        return self.http.post(address, data={"username": username, "password": password})

    def consent(self, address: str, page: TestResponse, decision: str = "allow") -> TestResponse:
        found = re.search(r'name="ticket" value="([^"]+)"', page.text)
        assert found, page.text
        return self.http.post(address, data={"ticket": found[1], "consent": decision})

    def code(self, scope: str = EVERYTHING, username: str = "northgate", **more: str) -> str:
        address = self.address(scope, **more)
        page = self.sign_in(address, username)
        return code_of(self.consent(address, page) if page.status_code == 200 else page)

    def token(self, **form: str) -> TestResponse:
        basic = base64.b64encode(f"{self.client}:{self.secret}".encode()).decode()
        return self.http.post(f"{AUTHORITY}/token", data=form, headers={"Authorization": f"Basic {basic}"})

    def redeem(self, code: str) -> TestResponse:
        return self.token(
            grant_type="authorization_code", code=code, redirect_uri=SUITE_CALLBACK, code_verifier=VERIFIER
        )

    def claims(self, id_token: str) -> Json:
        keys = KeySet.import_key_set(self.http.get(f"{AUTHORITY}/jwks").json)
        return dict(jwt.decode(id_token, keys, algorithms=["RS256"]).claims)


def code_of(answer: TestResponse) -> str:
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"].startswith(f"{SUITE_CALLBACK}?")
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


@pytest.fixture
def walk(partner: Partner) -> Walk:
    return Walk(partner)


def bearing(partner: Partner, token: str) -> Any:
    """Return a way to call the API with an access token and nothing else."""
    client = partner.app.test_client()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/vnd.openactive.booking+json; version=1"}
    return lambda method, path, body=None: client.open(f"/api{path}", method=method, json=body, headers=headers)


def register(partner: Partner, initial: str = "initial-dynamic-primary") -> TestResponse:
    body = {
        "redirect_uris": [SUITE_CALLBACK],
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "client_name": "A partner in development",
        "client_uri": "https://example.com",
        "logo_uri": "https://example.com/logo.png",
        "scope": "openid profile openactive-openbooking openactive-ordersfeed oauth-dymamic-client-update "
        "openactive-identity",
    }
    headers = {"Authorization": f"Bearer {initial}"}
    return partner.app.test_client().post(f"{AUTHORITY}/register", json=body, headers=headers)


# ── discovery ───────────────────────────────────────────────────────────────────────────────────────────────────────


def described(partner: Partner, path: str) -> Json:
    text = partner.app.test_client().get(path).text
    return dict(json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)[1]))


def test_the_dataset_site_names_the_authority_only_where_openid_is_used(partner: Partner) -> None:
    assert "authenticationAuthority" not in described(partner, "/openactive")["accessService"]
    named = described(partner, "/openactive/openid")["accessService"]["authenticationAuthority"]
    found = partner.app.test_client().get(f"{named.removeprefix(ORIGIN)}/.well-known/openid-configuration").json
    assert found["issuer"] == named
    assert {"authorization_endpoint", "token_endpoint", "registration_endpoint", "jwks_uri"} <= found.keys()


# ── booking-partner-openid-authentication ───────────────────────────────────────────────────────────────────────────


def test_own_credentials_read_the_orders_feeds_and_book_nothing(partner: Partner, walk: Walk) -> None:
    given = walk.token(grant_type="client_credentials", scope="openactive-ordersfeed")
    assert given.status_code == 200, given.json
    call = bearing(partner, given.json["access_token"])
    assert call("GET", "/orders-rpde").status_code == 200
    assert call("GET", "/order-proposals-rpde").status_code == 200
    one = partner.make()
    refused = call("PUT", "/order-quotes/6c0b3d8e-9a53-4a0e-8a36-3f6b1c8d2f10", partner.order("OrderQuote", one))
    assert (refused.status_code, refused.json["@type"]) == (403, "UnauthenticatedError")


def test_own_credentials_get_no_bookings_that_no_seller_allowed(walk: Walk) -> None:
    refused = walk.token(grant_type="client_credentials", scope="openactive-ordersfeed openactive-openbooking")
    assert (refused.status_code, refused.json["error"]) == (400, "invalid_scope")


def test_a_wrong_secret_gets_nothing(partner: Partner) -> None:
    refused = Walk(partner, secret="guess").token(grant_type="client_credentials", scope="openactive-ordersfeed")
    assert (refused.status_code, refused.json["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("sent", ["Bearer unknown", "Bearer ", "Basic cHJpbWFyeQ=="])
def test_a_token_that_is_none_of_ours(partner: Partner, sent: str) -> None:
    refused = partner.app.test_client().get("/api/orders-rpde", headers={"Authorization": sent})
    assert (refused.status_code, refused.json["@type"]) == (401, "InvalidAPITokenError")


def test_a_token_ends_after_a_quarter_of_an_hour(partner: Partner, walk: Walk, state) -> None:
    call = bearing(
        partner, walk.token(grant_type="client_credentials", scope="openactive-ordersfeed").json["access_token"]
    )
    state.clock.advance(timedelta(minutes=16))
    try:
        assert call("GET", "/orders-rpde").status_code == 401
    finally:
        state.clock.advance(-timedelta(minutes=16))


# ── booking-partner-openid-authentication-for-multiple-sellers ──────────────────────────────────────────────────────


@pytest.mark.parametrize(("username", "number"), [("northgate", 1), ("lido", 2)])
def test_a_seller_lets_a_partner_book(partner: Partner, walk: Walk, username: str, number: int) -> None:
    given = walk.redeem(walk.code(username=username)).json
    claims = walk.claims(given["id_token"])
    assert claims["https://openactive.io/sellerId"] == f"{ORIGIN}/id/sellers/{number}"
    assert {f"https://openactive.io/{name}" for name in ("sellerName", "sellerLogo", "sellerUrl")} <= claims.keys()
    assert claims["iss"] == f"{ORIGIN}/authority"
    assert claims["aud"] == "primary"
    for_seller = replace(partner, seller=number)
    one = for_seller.make("BookableFree")
    uuid = f"0f2b3d8e-9a53-4a0e-8a36-3f6b1c8d2f1{number}"
    booked = bearing(partner, given["access_token"])("PUT", f"/orders/{uuid}", order_for(for_seller, one))
    assert booked.status_code == 201, booked.json
    assert for_seller.call("GET", f"/orders/{uuid}").status_code == 200  # the partner "primary" has it


def order_for(partner: Partner, one: Json) -> Json:
    total = {"@type": "PriceSpecification", "price": 0, "priceCurrency": "GBP"}
    return partner.order("Order", one, totalPaymentDue=total)


def test_a_seller_cannot_allow_bookings_with_another(partner: Partner, walk: Walk) -> None:
    token = walk.redeem(walk.code(username="lido")).json["access_token"]
    one = partner.make("BookableFree")
    uuid = "1f2b3d8e-9a53-4a0e-8a36-3f6b1c8d2f10"
    refused = bearing(partner, token)("PUT", f"/orders/{uuid}", order_for(partner, one))
    assert refused.status_code >= 400
    assert partner.call("GET", f"/orders/{uuid}").status_code == 404


def test_a_refresh_gives_a_whole_new_set(partner: Partner, walk: Walk) -> None:
    first = walk.redeem(walk.code()).json
    for _ in range(2):  # several processes may hold the same refresh token
        again = walk.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
        assert again.status_code == 200, again.json
        assert {"access_token", "refresh_token", "id_token"} <= again.json.keys()
        assert walk.claims(again.json["id_token"])["https://openactive.io/sellerId"]
    assert (
        bearing(partner, again.json["access_token"])("GET", "/orders/3f2b3d8e-9a53-4a0e-8a36-3f6b1c8d2f10").status_code
        == 404
    )


def test_without_offline_access_there_is_no_refresh_token(walk: Walk) -> None:
    assert "refresh_token" not in walk.redeem(walk.code("openid openactive-identity")).json


def test_what_was_allowed_before_is_not_asked_again(partner: Partner) -> None:
    walk = Walk(partner, "persisted")
    address = walk.address("openid openactive-identity")
    page = walk.sign_in(address)
    if page.status_code == 200:
        code_of(walk.consent(address, page))
    assert code_of(walk.sign_in(address))  # the form again, but no question


def test_lasting_access_is_asked_about_each_time(walk: Walk) -> None:
    walk.code()
    assert "May Booking partner primary do this for Northgate Leisure?" in walk.sign_in(walk.address()).text


def test_a_wrong_password_stays_on_the_form(walk: Walk) -> None:
    page = walk.sign_in(walk.address(), password="guess")
    assert page.status_code == 400
    assert "do not match" in page.text
    assert 'value="northgate"' in page.text


def test_a_refusal_goes_back_to_the_partner(walk: Walk) -> None:
    address = walk.address(state="s1")
    back = walk.consent(address, walk.sign_in(address), "deny")
    said = parse_qs(urlsplit(back.headers["Location"]).query)
    assert (said["error"], said["state"]) == (["access_denied"], ["s1"])


def test_a_ticket_is_good_for_its_own_request_alone(walk: Walk) -> None:
    page = walk.sign_in(walk.address())
    other = walk.address("openid openactive-openbooking")
    assert 'name="username"' in walk.consent(other, page).text  # signed in for something else: sign in again


def test_consent_cannot_be_given_without_signing_in(walk: Walk) -> None:
    answer = walk.http.post(walk.address(), data={"consent": "allow"})
    assert answer.status_code == 200
    assert 'name="username"' in answer.text


def test_a_code_is_good_once_and_a_second_time_ends_its_tokens(partner: Partner, walk: Walk) -> None:
    code = walk.code("openid openactive-openbooking openactive-ordersfeed")
    token = walk.redeem(code).json["access_token"]
    assert bearing(partner, token)("GET", "/orders-rpde").status_code == 200
    assert walk.redeem(code).json["error"] == "invalid_grant"
    assert bearing(partner, token)("GET", "/orders-rpde").status_code == 401


def test_a_code_is_not_for_another_client(partner: Partner, walk: Walk) -> None:
    assert Walk(partner, "secondary").redeem(walk.code()).json["error"] == "invalid_grant"


def test_a_redirect_elsewhere_is_not_followed(walk: Walk) -> None:
    answer = walk.http.get(walk.address(redirect_uri="https://elsewhere.example/cb"))
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_a_challenge_must_come(walk: Walk) -> None:
    back = walk.http.get(walk.address().replace("code_challenge=", "left_out="))
    assert "error=invalid_request" in back.headers["Location"]


# ── dynamic-client-registration, booking-partner-authentication, single-seller ──────────────────────────────────────


def test_a_partner_registers_itself_and_is_asked_for_consent(partner: Partner) -> None:
    made = register(partner)
    assert made.status_code == 201, made.json
    walk = Walk(partner, made.json["client_id"], made.json["client_secret"])
    page = walk.sign_in(walk.address())
    assert "May A partner in development do this" in page.text
    given = walk.redeem(code_of(walk.consent(walk.address(), page))).json
    assert walk.claims(given["id_token"])["https://openactive.io/sellerId"]
    assert walk.token(grant_type="refresh_token", refresh_token=given["refresh_token"]).status_code == 200
    assert walk.token(grant_type="client_credentials", scope="openactive-ordersfeed").status_code == 200


def test_each_registration_is_a_partner_of_its_own(partner: Partner) -> None:
    one, other = register(partner).json, register(partner, "initial-dynamic-secondary").json
    assert one["client_id"] != other["client_id"]


def test_registering_needs_an_initial_access_token(partner: Partner) -> None:
    refused = register(partner, "made up")
    assert refused.status_code in {400, 401, 403}
    assert "client_id" not in refused.json


def test_a_partner_sees_its_own_orders_alone(partner: Partner) -> None:
    order = partner.booked(partner.make("BookableFree"))
    uuid = order["@id"].rpartition("/")[2]
    assert partner.act("SellerRequestedCancellation", order["@id"]).status_code == 204
    assert partner.orders_feed(uuid)
    assert replace(partner, name="secondary").orders_feed(uuid) is None
    assert replace(partner, name="secondary").call("GET", f"/orders/{uuid}").status_code == 404


def test_a_partner_of_a_single_seller_books_by_its_own_credentials(partner: Partner) -> None:
    given = Walk(partner, "single-seller").token(
        grant_type="client_credentials", scope="openactive-ordersfeed openactive-openbooking"
    )
    one = partner.make("BookableFree")
    uuid = "4f2b3d8e-9a53-4a0e-8a36-3f6b1c8d2f10"
    booked = bearing(partner, given.json["access_token"])("PUT", f"/orders/{uuid}", order_for(partner, one))
    assert booked.status_code == 201, booked.json
