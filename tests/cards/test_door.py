import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from imin.customers.models import Customer
from imin.ground import clock
from imin.ground.database import as_owner
from imin.identity.models import Session, SignIn
from imin.payments.models import Card, CardSetup
from tests.brokers import build
from tests.cards.person import NAVIGATION, SCRIPT, Person, person, text

READS = ["/edit", "/edit/cards/add", "/edit/cards/{card}", "/edit/cards/{card}/remove", "/edit/cards/add/{setup}"]
CHANGES = [
    "/edit/cards/{card}",
    "/edit/cards/{card}/default",
    "/edit/cards/{card}/remove",
    "/edit/cards/{removed}/undo",
]
OF_A_CARD = [("GET", READS[2]), ("GET", READS[3]), ("GET", READS[4]), *[("POST", path) for path in CHANGES]]
FORM = {"version": "1", "exp_month": "6", "exp_year": "2040"}


def filled(path: str, owner: Person) -> str:
    card, removed = owner.card(), owner.removed()
    with as_owner():
        setup = CardSetup.objects.create(
            broker_id=owner.tenant.broker_id,
            customer_id=owner.customer_id,
            attempt=uuid4(),
            created_at=clock.now(),
            due_at=clock.now(),
        )
    return path.format(card=card.id, removed=removed.id, setup=setup.id)


def state(owner: Person) -> list[dict]:
    with as_owner():
        return list(Card.objects.filter(customer_id=owner.customer_id).order_by("id").values())


@pytest.mark.parametrize("path", READS)
def test_a_page_opened_without_a_session_begins_the_silent_sign_in(alex, provider, path):
    path = filled(path, alex)
    response = Client(HTTP_HOST=alex.tenant.host).get(f"{path}?setup_intent_client_secret=x", **NAVIGATION)
    assert response.status_code == 302
    assert response["Location"].startswith(provider.issuer)
    assert "prompt=none" in response["Location"]


def test_the_sign_in_leads_back_to_the_page_without_the_payment_services_query(alex, provider):
    Client(HTTP_HOST=alex.tenant.host).get("/edit/cards/add?setup_intent_client_secret=x", **NAVIGATION)
    with as_owner():
        assert SignIn.objects.get().return_path == "/edit/cards/add"


@pytest.mark.parametrize("path", READS)
def test_a_page_that_nobody_opened_begins_no_sign_in(alex, provider, path):
    response = Client(HTTP_HOST=alex.tenant.host).get(filled(path, alex), **SCRIPT)
    assert response.status_code == 403
    assert provider.asked == []


@pytest.mark.parametrize("path", CHANGES)
def test_a_form_without_a_session_is_told_that_nothing_was_saved(alex, path):
    path = filled(path, alex)
    before = state(alex)
    alex.end_session()
    response = alex.post(path, FORM)
    assert response.status_code == 401
    assert "You were signed out in the meantime. Nothing was saved." in text(response)
    assert 'href="/edit"' in response.content.decode()
    assert state(alex) == before


def test_a_script_without_a_session_is_told_the_same(alex):
    alex.end_session()
    response = alex.ask("/edit/cards/add", {"attempt": str(uuid4()), "consent": True})
    assert response.status_code == 401
    assert response.json()["type"] == "SignedOutError"
    assert "Nothing was saved" in response.json()["message"]


@pytest.mark.parametrize(("method", "path"), OF_A_CARD)
def test_another_customers_card_is_not_there(alex, method, path):
    path = filled(path, alex)
    before = state(alex)
    other = person(given_name="Kim")
    response = other.get(path) if method == "GET" else other.post(path, FORM)
    assert response.status_code == 404
    assert "4242" not in text(response)
    assert state(alex) == before


@pytest.mark.parametrize(("method", "path"), OF_A_CARD)
def test_another_brokers_customer_reaches_nothing(alex, method, path):
    path = filled(path, alex)
    before = state(alex)
    build.broker("harbour")
    other = person("harbour")
    response = other.get(path) if method == "GET" else other.post(path, FORM)
    assert response.status_code == 404
    assert "Acme" not in response.content.decode()
    assert state(alex) == before


@pytest.mark.parametrize(("method", "path"), [("GET", "/edit"), *OF_A_CARD])
def test_a_session_does_not_open_another_brokers_host(alex, method, path):
    path = filled(path, alex)
    before = state(alex)
    build.broker("harbour")
    headers = {"HTTP_HOST": "cards.harbour.localhost", **SCRIPT}
    response = alex.client.get(path, **headers) if method == "GET" else alex.client.post(path, FORM, **headers)
    assert response.status_code in {401, 403}
    assert "Example" not in response.content.decode()
    assert state(alex) == before


def test_the_list_shows_only_ones_own_cards(alex):
    alex.card(last4="0001")
    other = person(given_name="Kim")
    other.card(last4="0002")
    assert "0002" not in text(alex.get())
    assert "0001" not in text(other.get())


def test_an_erased_customer_is_not_let_in(alex):
    with as_owner():
        Customer.objects.update(erased_at=clock.now())
    assert alex.get(**SCRIPT).status_code == 403


def test_who_comes_from_another_site_is_asked_for_again(alex, provider):
    with as_owner():
        Session.objects.update(created_at=clock.now() - timedelta(minutes=2))
    assert alex.get().status_code == 200
    assert alex.get(HTTP_SEC_FETCH_SITE="same-site").status_code == 302


@pytest.mark.parametrize("path", ["/edit", "/edit/cards/{card}/default", "/edit/cards/{removed}/undo"])
def test_an_address_answers_only_to_its_own_method(alex, path):
    path = filled(path, alex)
    response = alex.post(path) if path == "/edit" else alex.get(path)
    assert response.status_code == 405
    assert response["Allow"] == ("GET" if path == "/edit" else "POST")
    assert "Nothing was changed" in text(response)


@pytest.mark.parametrize("path", CHANGES)
def test_a_form_without_its_csrf_token_changes_nothing(alex, path):
    path = filled(path, alex)
    before = state(alex)
    strict = Client(enforce_csrf_checks=True, HTTP_HOST=alex.tenant.host)
    strict.cookies = alex.client.cookies
    response = strict.post(path, FORM, **NAVIGATION)
    assert response.status_code == 403
    assert "open for too long" in text(response)
    assert state(alex) == before


def test_a_form_with_the_token_of_the_page_is_taken(alex):
    card = alex.card()
    strict = Client(enforce_csrf_checks=True, HTTP_HOST=alex.tenant.host)
    strict.cookies = alex.client.cookies
    page = strict.get("/edit", **NAVIGATION).content.decode()
    tokens = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    response = strict.post(f"/edit/cards/{card.id}/default", {"csrfmiddlewaretoken": tokens[0]}, **NAVIGATION)
    assert response.status_code == 303
    assert alex.stored(card).is_default


@pytest.mark.parametrize("path", CHANGES)
def test_a_form_of_the_brokers_own_site_is_refused(alex, path):
    path = filled(path, alex)
    before = state(alex)
    response = alex.post(path, FORM, HTTP_ORIGIN="http://acmebroker.localhost:8001")
    assert response.status_code == 403
    assert "sent from another site" in text(response)
    assert state(alex) == before
