"""Which language a page speaks, by everybody who may have a say."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.utils import translation

from imin.brokers import front_door
from imin.brokers.languages import COOKIE, best
from imin.brokers.models import Branding
from imin.customers.models import Customer
from imin.ground.database import as_owner
from tests.brokers import build
from tests.cards.person import NAVIGATION

OURS = [code for code, _name in settings.LANGUAGES]


def looks(**values) -> None:
    with as_owner():
        Branding.objects.update(**values)


def spoken(page) -> str:
    return page["Content-Language"]


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        ("pl", "pl"),
        ("pl-PL", "pl"),
        ("ar-EG", "ar"),
        ("AR-x-lvariant", "ar"),
        ("en", "en-gb"),
        ("en-US", "en-gb"),
        ("cy-GB", "cy"),
        ("de pl", "pl"),
        ("de fr", ""),
        ("plx", ""),
        ("-- * pl;", ""),
        ("", ""),
    ],
)
def test_a_tag_is_cut_off_from_its_end_until_it_is_one_of_ours(wishes, language):
    assert best(wishes.split(), OURS) == language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("pl", "pl"),
        ("de, ar-EG;q=0.8, pl;q=0.9", "pl"),
        ("de, ar-EG;q=0.8, pl;q=0.7", "ar"),
        ("pl;q=0, cy;q=0.1", "cy"),
        ("de, *;q=0.5, pl;q=0.1", "en-GB"),
        ("pl;q=2, cy", "cy"),
        (";;;,=,pl", "pl"),
        ("", "en-GB"),
        (",".join(["de"] * 30 + ["pl"]), "en-GB"),
    ],
)
def test_the_browser_is_asked_by_its_order(alex, header, language):
    assert spoken(alex.get(HTTP_ACCEPT_LANGUAGE=header)) == language


def test_each_has_a_say_before_the_next(alex):
    looks(default_language="cy")
    assert spoken(alex.get()) == "cy"
    assert spoken(alex.get(HTTP_ACCEPT_LANGUAGE="pl")) == "pl"
    with as_owner():
        Customer.objects.update(language="ar")
    assert spoken(alex.get(HTTP_ACCEPT_LANGUAGE="pl")) == "ar"
    alex.client.cookies[COOKIE] = "pl"
    assert spoken(alex.get()) == "pl"
    assert spoken(alex.get("/edit?ui_locales=de+cy-GB+ar")) == "cy"
    assert spoken(alex.get("/edit?ui_locales=cy&language=ar")) == "ar"


def test_only_what_the_broker_offers_is_spoken(alex):
    looks(languages=["cy", "pl"], default_language="cy")
    assert spoken(alex.get("/edit?language=ar", HTTP_ACCEPT_LANGUAGE="ar, pl;q=0.5")) == "pl"
    assert spoken(alex.get("/edit?ui_locales=en", HTTP_ACCEPT_LANGUAGE="en")) == "cy"


@pytest.mark.parametrize("way", ["language", "ui_locales"])
def test_a_choice_is_remembered(alex, way):
    page = alex.get(f"/edit?{way}=pl")
    cookie = page.cookies[COOKIE]
    assert (cookie.value, cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"]) == (
        "pl",
        True,
        True,
        "Lax",
        "/",
    )
    assert spoken(alex.get()) == "pl"
    assert COOKIE not in alex.get().cookies


def test_the_switch_is_the_customers_own_word_and_a_link_is_not(alex):
    def kept() -> str:
        with as_owner():
            return Customer.objects.get().language

    alex.get("/edit?ui_locales=pl")
    assert kept() == ""
    alex.get("/edit?language=ar")
    assert kept() == "ar"


def test_pages_say_what_they_speak_and_upon_what_it_depends(alex):
    page = alex.get("/edit?language=ar")
    assert '<html lang="ar" dir="rtl"' in page.content.decode()
    assert {"Accept-Language", "Cookie"} <= {name.strip() for name in page["Vary"].split(",")}
    assert '<html lang="en-GB" dir="ltr"' in alex.get("/edit?language=en-gb").content.decode()


def test_every_page_offers_every_language_by_its_own_name(alex):
    page = alex.get("/nowhere").content.decode()
    for code, name in settings.LANGUAGES:
        assert f'href="/nowhere?language={code}"' in page
        assert f">{name}</a>" in page
    assert 'hreflang="en-GB" aria-current="true"' in page


def test_from_a_form_that_was_answered_the_switch_leads_to_its_page(alex):
    looks(texts={"en": {"charge": "£5 if I do not come."}})
    front_door.forget()
    card = alex.card()
    home = f"/edit/cards/{card.id}"
    for path, values, shown_at in (
        (home, {"version": "1", "exp_month": "13", "exp_year": "2030"}, home),
        (f"{home}/consents/charge", {}, f"{home}/consents"),
        ("/edit/data/erase", {}, "/edit/data/erase"),
    ):
        page = alex.post(path, values)
        assert page.status_code == 422
        assert f'href="{shown_at}?language=pl"' in page.content.decode()
        assert alex.get(shown_at).status_code == 200
    gone = alex.post("/edit/cards/00000000-0000-0000-0000-000000000007/default")
    assert 'href="/edit?language=pl"' in gone.content.decode()


def test_a_broker_with_one_language_needs_no_switch(alex):
    looks(languages=["en-gb"])
    assert "?language=" not in alex.get().content.decode()


def test_the_provider_is_told_what_was_chosen(alex, provider):
    alex.end_session()

    def told(path: str, **headers) -> list[str]:
        sent = alex.get(path, **headers)
        assert sent.status_code == 302
        return parse_qs(urlsplit(sent["Location"]).query).get("ui_locales", [])

    assert told("/edit", HTTP_ACCEPT_LANGUAGE="pl") == []  # it is asked by the same browser
    assert told("/edit?ui_locales=ar") == ["ar"]
    assert told("/edit") == ["ar"]  # and remembered through the sign-in


def test_a_sign_in_that_the_broker_begins_brings_its_language(alex, provider):
    path = f"/oidc/login?iss={provider.issuer}&ui_locales=cy"
    sent = alex.client.get(path, **NAVIGATION)
    assert parse_qs(urlsplit(sent["Location"]).query)["ui_locales"] == ["cy"]
    assert sent.cookies[COOKIE].value == "cy"
    form = alex.client.post("/oidc/login", {"iss": provider.issuer, "ui_locales": "cy"}, **NAVIGATION)
    assert "ui_locales=cy" in form["Location"]


def test_operators_are_spoken_to_in_english(database):
    from django.test import Client

    page = Client().get("/login/", HTTP_HOST="console.localhost", HTTP_ACCEPT_LANGUAGE="ar", **NAVIGATION)
    assert page.status_code == 200
    assert b'lang="en-gb" dir="ltr"' in page.content


def test_whoever_is_turned_away_at_the_door_reads_their_language(alex, settings):
    alex.get()
    settings.RATE_SESSION = (0.001, 1)
    pages = [alex.get(HTTP_ACCEPT_LANGUAGE="pl") for _ in range(3)]  # whichever of them is the one too many
    assert {spoken(page) for page in pages if page.status_code == 429} == {"pl"}


def test_the_next_request_begins_anew(alex):
    alex.get("/edit?language=ar")
    alex.client.cookies.clear()
    build.broker("harbour")
    alex.client.get("/nowhere", HTTP_HOST="cards.harbour.localhost")
    assert translation.get_language() == "en-gb"
