"""Customer accounts at a seller: looked for by e-mail, made, signed in to, linked, changed, disconnected."""

from dataclasses import replace
from uuid import uuid4

import pytest

from tests.sandbox.leisure.partner import Partner
from tests.sandbox.leisure.test_authority import Walk, code_of

IDENTITY = "openid openactive-identity email profile"


def join(partner: Partner, email: str, client: str = "primary") -> tuple[Walk, str]:
    """Make an account as a browser does that a broker sent with `prompt=create`; return its id too."""
    walk = Walk(partner, client)
    address = walk.address(IDENTITY, prompt="create", seller=partner.seller_id, login_hint=email)
    opened = walk.http.get(address)
    assert "Make an account" in opened.text
    assert f'value="{email}"' in opened.text
    form = {"join": "1", "seller": str(partner.seller), "given_name": "Ada", "family_name": "Test"}
    page = walk.http.post(address, data={**form, "email": email, "password": "long enough"})
    token = walk.redeem(code_of(walk.consent(address, page))).json
    claims = walk.claims(token["id_token"])
    assert claims["email"] == email
    return walk, claims["sub"].removeprefix("customer-")


@pytest.fixture
def email() -> str:
    return f"ada-{uuid4().hex[:8]}@example.com"


def test_a_made_account_is_known_and_linked(partner: Partner, email: str) -> None:
    def known() -> bool:
        asked = partner.call("POST", "/customer-accounts/matching", {"email": email.upper()})
        return bool(asked.json["matchingEmailExists"])

    assert not known()
    _, account = join(partner, email)
    assert known()
    shown = partner.call("GET", f"/customer-accounts/{account}").json
    assert shown["@type"] == "CustomerAccount"
    assert shown["customer"] == {"@type": "Person", "givenName": "Ada", "familyName": "Test", "email": email}
    assert shown["accountNumber"]


def test_an_account_that_exists_is_signed_in_to(partner: Partner, email: str) -> None:
    _, account = join(partner, email)
    other = replace(partner, name="secondary")
    assert other.call("GET", f"/customer-accounts/{account}").status_code == 404  # linked to the first partner alone
    walk = Walk(partner, "secondary")
    address = walk.address(IDENTITY)
    page = walk.sign_in(address, email, "long enough")
    assert walk.claims(walk.redeem(code_of(walk.consent(address, page))).json["id_token"])["sub"].endswith(account)
    assert other.call("GET", f"/customer-accounts/{account}").status_code == 200


def test_the_same_address_twice_at_one_seller_is_told(partner: Partner, email: str) -> None:
    join(partner, email)
    walk = Walk(partner)
    form = {
        "join": "1",
        "seller": "1",
        "given_name": "A",
        "family_name": "B",
        "email": email,
        "password": "another one",
    }
    refused = walk.http.post(walk.address(IDENTITY, prompt="create"), data=form)
    assert refused.status_code == 400
    assert "already" in refused.text


@pytest.mark.parametrize("missing", ["email", "given_name", "password", "seller"])
def test_a_form_that_is_not_full(partner: Partner, email: str, missing: str) -> None:
    walk = Walk(partner)
    form = {
        "join": "1",
        "seller": "1",
        "given_name": "A",
        "family_name": "B",
        "email": email,
        "password": "another one",
    }
    refused = walk.http.post(walk.address(IDENTITY, prompt="create"), data={**form, missing: " "})
    assert refused.status_code == 400
    assert "every field" in refused.text


def test_a_customer_cannot_let_a_partner_book(partner: Partner, email: str) -> None:
    walk, _ = join(partner, email)
    refused = walk.sign_in(walk.address(), email, "long enough")
    assert refused.status_code == 403
    assert "Only a manager" in refused.text


def test_details_pass_and_entitlement_change_one_by_one(partner: Partner, email: str) -> None:
    _, account = join(partner, email)
    path = f"/customer-accounts/{account}"
    barcode = {"@type": "Barcode", "text": "1234567"}
    changed = partner.call("PATCH", path, {"customer": {"telephone": "01632 960003"}, "accessPass": barcode}).json
    assert changed["customer"]["telephone"] == "01632 960003"
    assert changed["customer"]["givenName"] == "Ada"
    assert changed["accessPass"] == [barcode]
    without = partner.call("PATCH", path, {"accessPass": None}).json
    assert "accessPass" not in without


def test_a_disconnected_account_is_seen_no_more_but_stays(partner: Partner, email: str) -> None:
    _, account = join(partner, email)
    path = f"/customer-accounts/{account}"
    assert partner.call("DELETE", path).status_code == 204
    assert partner.call("GET", path).status_code == 404
    assert partner.call("DELETE", path).status_code == 404
    assert partner.call("POST", "/customer-accounts/matching", {"email": email}).json["matchingEmailExists"]


def test_another_seller_does_not_see_it(partner: Partner, email: str) -> None:
    _, account = join(partner, email)
    assert replace(partner, seller=2).call("GET", f"/customer-accounts/{account}").status_code == 404
