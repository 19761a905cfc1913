"""Signing out on either side, and the other one following."""

import re
from urllib.parse import urlsplit

import pytest

from tests.conformance.certified.person import OURS
from tests.conformance.certified.test_sign_in import sessions
from tests.journeys.visitor import query

pytestmark = pytest.mark.node


@pytest.fixture
def signed_in(person):
    person.sign_in_at_provider()
    assert "S. Vale" in person.open_cards().text
    return person


def sign_out_here(person):
    """Press “Sign out” on our page; return where the page leads by itself."""
    token = person.token(person.page.text)
    leaving = person.request(
        "POST",
        person.stack.cards("/oidc/logout"),
        data={"csrfmiddlewaretoken": token},
    )
    assert leaving.status_code == 200, leaving.text
    return leaving.headers["refresh"].partition("url=")[2]


def test_signing_out_at_the_provider_ends_our_session_by_the_back_channel(signed_in):
    (session,) = sessions()
    assert session.provider_session
    signed_in.sign_out_at_provider()
    assert sessions() == []
    answer = signed_in.request("GET", signed_in.stack.cards())
    assert answer.status_code == 302
    assert "prompt=none" in answer.headers["location"]


def test_only_the_session_of_the_same_browser_ends(signed_in, provider, platform):
    other = type(signed_in)(platform, provider)
    other.sign_in_at_provider()
    other.open_cards()
    assert len({session.provider_session for session in sessions()}) == 2
    signed_in.sign_out_at_provider()
    assert "S. Vale" in other.open_cards().text
    assert len(sessions()) == 1


def test_signing_out_here_signs_out_at_the_provider_and_comes_back(signed_in, provider):
    there = sign_out_here(signed_in)
    assert sessions() == []
    assert there.startswith(f"{provider.issuer}/session/end?")
    page, _ = signed_in.go(there)
    done = signed_in.confirm_sign_out(page)
    assert urlsplit(signed_in.way[-1]).path == "/oidc/signed-out"
    assert query(signed_in.way[-1])["state"] == query(there)["state"]
    assert done.status_code == 200
    assert re.search(r"signed out", done.text, re.IGNORECASE)
    assert "You are not signed in at Acmebroker" in signed_in.open_cards().text


def test_a_return_from_the_provider_with_another_state_is_not_believed(signed_in):
    there = sign_out_here(signed_in)
    page, _ = signed_in.go(there.replace(query(there)["state"], "another"))
    assert signed_in.confirm_sign_out(page).status_code == 400


def test_the_provider_knows_which_client_leaves_without_a_hint(signed_in):
    link = re.sub(r"&id_token_hint=[^&]*", "", sign_out_here(signed_in))
    page, _ = signed_in.go(link)
    assert signed_in.confirm_sign_out(page).status_code == 200
    assert OURS in signed_in.way[-1]
