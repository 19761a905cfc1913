"""The ways in which a Broker's provider may want it: pushed requests, answers by a form, a key instead of a secret."""

import pytest

from imin.brokers import client_keys
from imin.brokers.models import OpenIdSettings
from imin.ground import clock
from imin.ground.database import as_owner
from tests.conformance.certified.test_sign_in import sessions
from tests.identity.conftest import set_up
from tests.journeys.visitor import query

pytestmark = pytest.mark.node


@pytest.fixture
def our_key(change_client, platform):
    """The Broker's client proves itself by a key of ours, which the provider reads where we publish it."""
    set_up("acmebroker", authentication="private_key_jwt", client_key_algorithm="ES256", client_secret_encrypted="")
    keys_of("make_first")
    change_client(
        client_secret=None,
        token_endpoint_auth_method="private_key_jwt",
        token_endpoint_auth_signing_alg="ES256",
        jwks_uri=platform.cards("/oidc/jwks"),
    )


def keys_of(way: str) -> None:
    with as_owner():
        getattr(client_keys, way)(OpenIdSettings.objects.get(), now=clock.now())


@pytest.mark.parametrize("provider", [{"par": "offered"}], indirect=True, ids=["offered"])
@pytest.mark.parametrize("required", [False, True])
def test_the_request_is_pushed_where_that_is_offered(person, provider, change_client, required):
    change_client(require_pushed_authorization_requests=required)
    person.sign_in_at_provider()
    pushed = provider.visits("/request")
    assert "S. Vale" in person.open_cards().text
    assert set(query(person.way[1])) == {"client_id", "request_uri"}
    assert provider.visits("/request") == pushed + 1


@pytest.mark.parametrize("provider", [{"par": "offered"}], indirect=True, ids=["offered"])
def test_a_request_that_is_refused_when_it_is_pushed_is_not_made_plainly(person, change_client):
    change_client(redirect_uris=["http://cards.acmebroker.localhost/elsewhere"])
    person.sign_in_at_provider()
    page = person.open_cards()
    assert page.status_code == 502
    assert "could not sign you in" in page.text
    assert person.way == [person.stack.cards()]
    assert sessions() == []


def test_the_answer_comes_by_a_form(person):
    set_up("acmebroker", response_mode="form_post")
    person.sign_in_at_provider()
    page = person.open_cards()
    assert "S. Vale" in page.text
    assert query(person.way[1])["response_mode"] == "form_post"
    assert "code=" not in " ".join(person.way)
    assert person.sent_from_anywhere == {"__Host-signin-form"}


def test_an_error_comes_by_a_form_too(person):
    set_up("acmebroker", response_mode="form_post")
    page = person.open_cards()
    assert "You are not signed in at Acmebroker" in page.text
    assert sessions() == []


def test_our_client_proves_itself_by_a_key(person, provider, our_key):
    person.sign_in_at_provider()
    assert "S. Vale" in person.open_cards().text


@pytest.mark.parametrize("provider", [{"par": "offered"}], indirect=True, ids=["pushed"])
def test_a_pushed_request_is_proved_by_the_key_too(person, provider, our_key):
    person.sign_in_at_provider()
    assert "S. Vale" in person.open_cards().text
    assert "request_uri" in query(person.way[1])


def test_a_next_key_leaves_no_gap_though_the_provider_remembers_the_old_one(person, our_key):
    person.sign_in_at_provider()
    person.open_cards()
    keys_of("make_next")
    person.cookies.pop("cards.acmebroker.localhost")
    assert "S. Vale" in person.open_cards().text


def test_a_secret_in_the_form_is_taken_too(person, change_client):
    change_client(token_endpoint_auth_method="client_secret_post")
    set_up("acmebroker", authentication="client_secret_post")
    person.sign_in_at_provider()
    assert "S. Vale" in person.open_cards().text


def test_a_link_elsewhere_begins_a_sign_in_of_its_own_issuer_alone(person, provider):
    person.sign_in_at_provider()
    person.through(person.stack.cards(f"/oidc/login?iss={provider.issuer}"))
    assert "S. Vale" in person.page.text
    person.through(person.stack.cards("/oidc/login?iss=http://another.localhost"))
    assert person.page.status_code == 400
