"""Silent sign-in with the certified provider, and what stops one."""

import re
from datetime import timedelta

import pytest

from imin.ground.database import as_owner
from imin.identity.models import Session, SignIn
from tests.conformance.certified.person import OURS
from tests.journeys.visitor import query

pytestmark = pytest.mark.node


def sessions() -> list[Session]:
    """Return the live sessions in our database."""
    with as_owner():
        return list(Session.objects.filter(ended_at=None))


def test_a_person_who_is_signed_in_at_the_broker_is_signed_in_without_a_prompt(person):
    person.sign_in_at_provider()
    page = person.open_cards()
    assert page.status_code == 200
    assert "S. Vale" in page.text
    request = query(person.way[1])
    assert (request["prompt"], request["response_type"], request["code_challenge_method"]) == ("none", "code", "S256")
    assert not any("/interaction/" in place for place in person.way)
    assert [session.subject for session in sessions()] == ["sam-1"]


def test_the_answer_names_the_issuer(person, provider):
    person.sign_in_at_provider()
    person.open_cards()
    assert query(person.way[2])["iss"] == provider.issuer


def test_without_a_session_at_the_broker_there_is_a_page_and_no_second_redirect(person):
    page = person.open_cards()
    assert page.status_code == 200
    assert "You are not signed in at Acmebroker" in page.text
    assert len(person.way) == 3  # our page, the provider, our callback
    assert "error=login_required" in person.way[2]
    assert sessions() == []


def test_the_one_button_lets_the_provider_ask_and_leads_to_the_cards(person):
    page = person.open_cards()
    button = re.search(r'href="(/oidc/start\?again=1[^"]*)"', page.text)
    assert button, page.text
    person.through(person.stack.cards(button.group(1).replace("&amp;", "&")), account="sam-1")
    assert "S. Vale" in person.page.text
    assert [session.subject for session in sessions()] == ["sam-1"]


def test_consent_that_is_needed_is_asked_for_only_after_the_button(person, provider):
    provider.change(consent=True)
    person.sign_in_at_provider()
    page = person.open_cards()
    assert "error=consent_required" in person.way[2]
    assert "You are not signed in at Acmebroker" in page.text
    way = person.through(person.stack.cards("/oidc/start?again=1&return=/edit"))
    assert any("/interaction/" in place for place in way)
    assert "S. Vale" in person.page.text


def test_who_says_no_at_the_provider_is_told_that_nothing_changed(person):
    way = person.through(person.stack.cards("/oidc/start?again=1&return=/edit"), cancel="yes")
    assert "error=access_denied" in way[-1]
    assert person.page.status_code == 403
    assert "You did not sign in" in person.page.text
    assert sessions() == []


def test_somebody_else_at_the_broker_since_then_sees_their_own_cards_alone(person):
    person.sign_in_at_provider("sam-1")
    person.open_cards()
    first = person.session
    person.sign_in_at_provider("kim-2")
    with as_owner():
        for session in sessions():  # half a minute ago, so that coming from the Broker's site asks again
            Session.objects.filter(id=session.id).update(created_at=session.created_at - timedelta(minutes=1))
    answer = person.request("GET", person.stack.cards(), headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 302
    person.through(answer.headers["location"])
    assert "K. Reed" in person.page.text
    assert "Vale" not in person.page.text
    assert person.session not in {first, ""}
    assert [session.subject for session in sessions()] == ["kim-2"]


def test_nobody_at_the_broker_since_then_ends_the_session(person, provider):
    person.sign_in_at_provider()
    person.open_cards()
    person.cookies.pop("provider.localhost")
    person.through(person.stack.cards("/oidc/start?return=/edit"))
    assert "You are not signed in at Acmebroker" in person.page.text
    assert person.session == ""
    assert sessions() == []


def test_the_browsers_back_button_signs_nobody_in_again(person, provider):
    person.sign_in_at_provider()
    person.open_cards()
    exchanged = provider.visits("/token")
    again = person.request("GET", person.way[2])
    assert again.status_code == 400
    assert "already used" in again.text
    assert provider.visits("/token") == exchanged
    assert len(sessions()) == 1


def test_a_code_that_the_provider_took_before_is_refused(person, provider):
    """Our own mark on the sign-in is taken away here, so that the provider itself has to refuse."""
    person.sign_in_at_provider()
    person.open_cards()
    with as_owner():
        SignIn.objects.update(used_at=None)
        Session.objects.all().delete()
    again = person.request("GET", person.way[2])
    assert again.status_code == 400
    assert "already used" in again.text
    assert sessions() == []


def test_a_code_brought_to_another_browser_is_refused(person, provider):
    person.sign_in_at_provider()
    answer = person.request("GET", person.stack.cards())
    back = person.request("GET", answer.headers["location"]).headers["location"]
    person.cookies.pop(OURS)
    exchanged = provider.visits("/token")
    assert person.request("GET", back).status_code == 400
    assert provider.visits("/token") == exchanged
    assert sessions() == []


def test_claims_in_the_id_token_need_no_userinfo(person, provider):
    provider.change(claims="id_token")
    person.sign_in_at_provider()
    asked = provider.visits("/me")
    assert "S. Vale" in person.open_cards().text
    assert provider.visits("/me") == asked


def test_claims_that_are_only_in_userinfo_are_fetched(person, provider):
    person.sign_in_at_provider()
    asked = provider.visits("/me")
    assert "S. Vale" in person.open_cards().text
    assert provider.visits("/me") == asked + 1


def test_new_keys_of_the_provider_are_fetched_once(person, provider):
    person.sign_in_at_provider()
    person.open_cards()
    asked = provider.visits("/jwks")
    provider.change(keys="second")
    for _ in range(2):
        person.cookies.pop(OURS)
        assert "S. Vale" in person.open_cards().text
    assert provider.visits("/jwks") == asked + 1
