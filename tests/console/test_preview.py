"""Looking at a Broker's looks before they are saved: each page and mail, in each language; nothing runs or is kept."""

import re
from html import unescape

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from imin.brokers.models import Branding, Broker
from imin.ground.database import as_owner
from tests.brokers import build
from tests.console import fill, phone

LANGUAGES = [code for code, _name in settings.LANGUAGES]


def show(console: Client, page: str = "list", language: str = "en-gb", **changes: object):
    fields = {"preview-page": page, "preview-language": language}
    return console.post("/brokers/broker/preview/", {**fill.broker(**changes), **fields})


def frames(answer) -> list[str]:
    return [unescape(page) for page in re.findall(r'srcdoc="([^"]*)"', answer.content.decode())]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", settings.PREVIEWS)
def test_every_page_and_mail_can_be_looked_at_in_every_language(console, page, language):
    answer = show(console, page, language, branding__0__primary="#123456")
    assert answer.status_code == 200
    shown = frames(answer)
    assert len(shown) == 4
    for one in shown:
        assert "Harbour Leisure" in one
        assert "#123456" in one
        assert f'lang="{language[:2]}' in one
        assert ('dir="rtl"' in one) == (language == "ar")


def test_it_is_shown_light_and_dark_whatever_the_operators_own_machine_prefers(console):
    light, dark = frames(show(console))[:2]
    assert "prefers-color-scheme" not in light + dark
    assert "@media not all" in light
    assert "@media all" in dark
    assert 'name="color-scheme" content="dark"' in dark


@pytest.mark.parametrize("page", settings.PREVIEWS)
def test_nothing_in_it_runs_or_is_fetched(console, page):
    answer = show(console, page, branding__0__new_logo=SimpleUploadedFile("logo.png", fill.picture()))
    policy = answer["Content-Security-Policy"]
    assert {"default-src 'none'", "sandbox", "frame-ancestors 'self'"} <= set(policy.split("; "))
    for one in frames(answer):
        assert "<script" not in one
        assert not re.search(r'<link\b|src="(?!data:)', one)
        assert 'src="data:image/png;base64,' in one
    assert answer.content.count(b"<iframe sandbox ") == 4


def test_the_values_in_the_form_are_shown_and_nothing_is_saved(console):
    made = build.broker("harbour")
    with as_owner():
        Branding.objects.filter(broker=made).update(primary="#0b5d4e", logo=fill.picture(), logo_type="image/png")
    answer = show(
        console,
        name="Harbour & Sons",
        branding__0__broker=str(made.pk),
        branding__0__primary="#8a2c0d",
        branding__0__corners="square",
        branding__0__texts__en__intro="Hello <there",
    )
    assert "plain text only" in answer.content.decode()
    answer = show(
        console, name="Harbour & Sons", branding__0__broker=str(made.pk), branding__0__texts__en__intro="Hello there"
    )
    shown = frames(answer)[0]
    assert "Harbour &amp; Sons" in shown
    assert "Hello there" in shown
    assert 'src="data:image/png' in shown  # the stored logo, which the form did not change
    with as_owner():
        assert Branding.objects.get(broker=made).primary == "#0b5d4e"
        assert Broker.objects.get().name == "Harbour"


def test_what_could_not_be_saved_is_named_instead(console):
    answer = show(console, branding__0__primary="#ffee00")
    assert frames(answer) == []
    assert "The nearest shade that passes is #" in answer.content.decode()


def test_only_who_may_change_a_broker_may_look(console):
    with as_owner():
        looker = User.objects.create_user("looker", is_staff=True)
        looker.user_permissions.add(Permission.objects.get(codename="view_broker"))
    assert show(phone.signed_in(looker)).status_code == 403
    assert console.get("/brokers/broker/preview/").status_code == 405


def test_the_page_of_a_broker_offers_it(console):
    made = build.broker("harbour")
    answer = console.get(f"/brokers/broker/{made.pk}/change/")
    page = answer.content.decode()
    assert "frame-src 'self'" in answer["Content-Security-Policy"]
    assert '<iframe name="looks-preview" title="Preview of the looks" sandbox></iframe>' in page
    assert 'formaction="/brokers/broker/preview/" formtarget="looks-preview"' in page
