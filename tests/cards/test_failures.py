import pytest
from django.db import connections
from django.test import Client

from imin.brokers.page import render
from tests.cards.person import NAVIGATION, text

REASONS = ["headers_too_large", "body_too_large", "duplicate_cookie", "card_number", "foreign_origin", "csrf", "other"]


def test_an_unknown_host_gets_a_page_that_names_nobody(alex):
    response = Client(HTTP_HOST="cards.nobody.localhost").get("/edit", **NAVIGATION)
    assert response.status_code == 404
    assert "There is nothing here" in text(response)
    assert "acme" not in response.content.decode().lower()


def test_an_unknown_address_leads_back_to_the_list(alex):
    response = alex.get("/edit/cards/17")
    assert response.status_code == 404
    assert "We could not find that page" in text(response)
    assert 'href="/edit"' in response.content.decode()
    assert "Back to my Acme account" in text(response)
    assert "Reference: " in text(response)


def test_a_fault_of_ours_gets_a_page_without_the_database(alex, monkeypatch):
    def broken(*_arguments):
        raise ValueError("a secret of ours")

    monkeypatch.setattr("imin.cards.views.listing.shown", broken)
    alex.card()
    alex.client.raise_request_exception = False
    response = alex.get()
    assert response.status_code == 500
    assert "Something went wrong on our side" in text(response)
    assert "secret of ours" not in response.content.decode()
    assert response["X-Request-Id"] in text(response)


def test_while_the_database_is_down_there_is_still_a_page(alex):
    def refuse(_execute, _sql, _params, _many, _context):
        raise ConnectionError("the database is away")

    alex.client.raise_request_exception = False
    with connections["default"].execute_wrapper(refuse):
        response = alex.get()
    assert response.status_code == 500
    assert "Something went wrong on our side" in text(response)
    assert response["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("reason", REASONS)
def test_each_refusal_has_words_of_its_own(alex, rf, reason):
    request = rf.get("/edit")
    request.tenant, request.csp_nonce, request.request_id = alex.tenant, "n", "r7"
    page = text(render(request, "refused.html", status=400, reason=reason))
    others = [text(render(request, "refused.html", status=400, reason=other)) for other in REASONS if other != reason]
    assert page not in others
    assert "Reference: r7" in page


def test_a_card_number_in_an_address_is_refused_and_not_repeated(alex):
    response = alex.get("/edit?card=4242424242424242")
    assert response.status_code == 400
    assert "only ever type a card number into the card form" in text(response)
    assert "4242424242424242" not in response.content.decode()
