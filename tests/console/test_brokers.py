import json

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils.html import escape

from imin.brokers.admin import VALUES_TO_GIVE
from imin.brokers.front_door import tenant_of
from imin.brokers.models import Broker, Domain
from imin.customers.models import Customer
from imin.ground import clock
from imin.ground.database import as_owner
from tests.brokers import build
from tests.console import fill

ADD = "/brokers/broker/add/"


def change(broker):
    return f"/brokers/broker/{broker.pk}/change/"


def add(console, **changes):
    """Send the page of a new Broker; return it, or the errors that the page shows."""
    answer = console.post(ADD, fill.broker(**changes))
    if answer.status_code == 302:
        with as_owner():
            return Broker.objects.select_related("branding", "openidsettings").get(slug="harbour")
    assert answer.status_code == 200
    return answer.content.decode()


def upload(data, name="logo.png"):
    return SimpleUploadedFile(name, data, "image/png")


def test_a_broker_is_set_up_on_one_page(console):
    made = add(console)
    assert made.openidsettings.client_secret == "open sesame"
    assert made.openidsettings.issuer == "https://id.harbour.example/"
    assert made.branding.primary == "#1d4ed8"
    with as_owner():
        assert made.domains.get().host == "cards.harbour.example"


def test_a_changed_broker_is_seen_at_once_by_this_process(console):
    host = "cards.harbour.localhost"
    with override_settings(TENANT_CACHE_SECONDS=3600):
        assert tenant_of(host) is None
        made = add(console, domains__0__host=host)
        assert tenant_of(host).name == "Harbour Leisure"
        with as_owner():
            console.post(change(made), fill.again(made, name="Harbour"))
        assert tenant_of(host).name == "Harbour"
        console.post(f"/brokers/broker/{made.pk}/delete/", {"post": "yes"})
        assert tenant_of(host) is None


def test_the_client_secret_is_stored_encrypted(console):
    stored = add(console).openidsettings.client_secret_encrypted
    assert stored
    assert "sesame" not in stored


def test_the_client_secret_never_comes_out(console):
    made = add(console)
    page = console.get(change(made)).content.decode()
    assert "open sesame" not in page
    assert made.openidsettings.client_secret_encrypted not in page
    assert "Set. It is never shown" in page


def test_a_page_that_is_refused_does_not_repeat_the_secret(console):
    page = add(console, openidsettings__0__issuer="nonsense", openidsettings__0__new_client_secret="pssst")
    assert "pssst" not in page


def test_an_empty_secret_keeps_the_one_there_is(console):
    made = add(console)
    with as_owner():
        sent = fill.again(made, openidsettings__0__client_id="another-client")
        assert console.post(change(made), sent).status_code == 302
        made.openidsettings.refresh_from_db()
    assert made.openidsettings.client_id == "another-client"
    assert made.openidsettings.client_secret == "open sesame"


def test_another_secret_replaces_it(console):
    made = add(console)
    with as_owner():
        console.post(change(made), fill.again(made, openidsettings__0__new_client_secret="open barley"))
        made.openidsettings.refresh_from_db()
    assert made.openidsettings.client_secret == "open barley"


def test_a_first_secret_is_needed(console):
    assert "it is needed" in add(console, openidsettings__0__new_client_secret="")


def test_a_client_that_proves_itself_by_a_key_needs_no_secret_and_gets_a_key(console):
    made = add(console, openidsettings__0__authentication="private_key_jwt", openidsettings__0__new_client_secret="")
    with as_owner():
        (key,) = made.clientkey_set.all()
    page = console.get(change(made)).content.decode()
    assert key.key_id in page
    assert "/oidc/jwks</code>" in page
    assert json.loads(key.private_key)["d"] not in page


@pytest.mark.parametrize(("choice", "left"), [("", 1), ("next", 2), ("replace", 1)])
def test_an_operator_makes_the_next_key(console, choice, left):
    by_key = {"openidsettings__0__authentication": "private_key_jwt", "openidsettings__0__new_client_secret": ""}
    made = add(console, **by_key)
    with as_owner():
        first = made.clientkey_set.get()
        sent = fill.again(made, **by_key, openidsettings__0__client_key=choice)
        assert console.post(change(made), sent).status_code == 302
        keys = list(made.clientkey_set.all())
    assert len(keys) == left
    assert (first in keys) == (choice != "replace")


def test_the_log_of_changes_names_the_field_and_no_value(console):
    made = add(console)
    with as_owner():
        console.post(change(made), fill.again(made, openidsettings__0__new_client_secret="open barley"))
        said = [entry.get_change_message() for entry in LogEntry.objects.order_by("action_time")]
    assert said[0].startswith("Added.")
    assert "client secret" in said[1].lower()
    assert "barley" not in "".join(said)
    page = console.get("/console/auditentry/").content.decode()
    assert "Harbour Leisure" in page
    assert "olive" in page


@pytest.mark.parametrize(
    ("issuer", "complaint"),
    [
        ("http://id.harbour.example", "must start with https://"),
        ("https://id.harbour.example/?tenant=1", "no query"),
        ("https://id.harbour.example/#top", "no query"),
        ("https://id.harbour.example/?", "no query"),
        ("https://olive:secret@id.harbour.example", "user name"),
        ("id.harbour.example", "whole web address"),
        ("javascript://id.harbour.example", "must start with https://"),
    ],
)
def test_an_issuer_that_cannot_be_one_is_refused(console, issuer, complaint):
    assert complaint in add(console, openidsettings__0__issuer=issuer)


def test_plain_http_is_for_this_machine_in_development_only(console):
    made = add(console, openidsettings__0__issuer="http://harbour.localhost:8001/oidc")
    assert made.openidsettings.issuer == "http://harbour.localhost:8001/oidc"
    with as_owner(), override_settings(DEVELOPMENT=False):
        answer = console.post(change(made), fill.again(made, openidsettings__0__issuer="http://harbour.localhost"))
    assert "must start with https://" in answer.content.decode()


@pytest.mark.parametrize("address", ["http://harbour.example/", "javascript:alert(1)", "//harbour.example", "/account"])
def test_a_dashboard_address_without_tls_is_refused(console, address):
    assert "errorlist" in add(console, dashboard_url=address)


def test_the_scope_must_ask_for_openid(console):
    assert "needs “openid”" in add(console, openidsettings__0__scope="email profile")


def test_a_host_name_is_kept_as_it_is_compared(console):
    assert add(console, domains__0__host="Cards.Harbour.Example.").domains.using("owner").get().host == (
        "cards.harbour.example"
    )


def test_a_taken_host_name_says_by_whom(console):
    with as_owner():
        build.broker("acmebroker")
    page = add(console, domains__0__host="CARDS.acmebroker.localhost")
    assert "already belongs to Acmebroker (acmebroker)" in page


@pytest.mark.parametrize("host", ["console.localhost", "localhost", "book.localhost"])
def test_the_platforms_own_names_are_refused(console, host):
    assert "own" in add(console, domains__0__host=host)
    assert "errorlist" in add(console, domains__0__host=host)


def test_a_host_name_that_is_none_is_refused(console):
    assert "is not a host name" in add(console, domains__0__host="cards_of harbour")


def test_unreadable_colours_are_refused_with_their_contrast(console):
    page = add(console, branding__0__primary="#ffee00", branding__0__primary_dark="#93b4ff")
    assert "Contrast with the page (#ffffff) is 1.2; at least 4.5 is needed." in page
    page = add(console, branding__0__primary_dark="#000066")
    assert "Contrast with the page (#14161a)" in page
    assert "The nearest shade that passes is #" in page


def test_a_colour_that_is_none_is_refused(console):
    assert "A colour is written #rrggbb." in add(console, branding__0__primary="red")


def test_a_logo_is_kept_small_and_shown(console):
    made = add(console, branding__0__new_logo=upload(fill.picture()))
    assert made.branding.logo_type == "image/png"
    page = console.get(change(made)).content.decode()
    assert page.count("data:image/png;base64,") == 2


def test_a_logo_stays_until_it_is_replaced_or_removed(console):
    made = add(console, branding__0__new_logo=upload(fill.picture()))
    with as_owner():
        console.post(change(made), fill.again(made))
        made.branding.refresh_from_db()
        assert made.branding.logo
        console.post(change(made), fill.again(made, branding__0__new_logo=upload(fill.picture("WEBP"))))
        made.branding.refresh_from_db()
        assert made.branding.logo_type == "image/webp"
        console.post(change(made), fill.again(made, branding__0__remove_logo="on"))
        made.branding.refresh_from_db()
    assert (bytes(made.branding.logo), made.branding.logo_type) == (b"", "")


def test_a_file_that_is_no_picture_is_refused(console):
    page = add(console, branding__0__new_logo=upload(b"<svg xmlns='http://www.w3.org/2000/svg'/>"))
    assert "PNG, JPEG or WebP" in page


def said(in_language, /, **places):
    return {f"branding__0__texts__{in_language}__{place}": text for place, text in places.items()}


def test_texts_are_kept_per_language(console):
    texts = {**said("en", intro="Cards for Harbour."), **said("cy", help=" Ffoniwch\r\nni. ")}
    made = add(console, **texts)
    assert made.branding.texts == {"en": {"intro": "Cards for Harbour."}, "cy": {"help": "Ffoniwch\nni."}}
    page = console.get(change(made)).content.decode()
    assert "Welsh (<code>cy</code>)" in page
    assert "\nCards for Harbour.</textarea>" in page


def test_each_language_of_the_pages_has_a_box_that_reads_its_way(console):
    page = console.get(change(add(console))).content.decode()
    for code, direction in {"en": "ltr", "cy": "ltr", "pl": "ltr", "ar": "rtl"}.items():
        assert f'lang="{code}" dir="{direction}"' in page


def test_languages_are_those_ticked_and_the_default_is_one_of_them(console):
    wrong = add(console, branding__0__languages=["cy", "pl"], branding__0__default_language="ar")
    assert "This language is not ticked above." in wrong
    looks = add(console, branding__0__languages=["cy", "pl"], branding__0__default_language="pl").branding
    assert (looks.languages, looks.default_language) == (["cy", "pl"], "pl")


def test_an_emptied_box_removes_its_text_and_others_stay(console):
    made = add(console, **said("en", intro="Cards", help="Ring"), **said("cy", help="Ffoniwch"))
    with as_owner():
        console.post(change(made), fill.again(made, **said("en", intro="", help="Ring us"), **said("cy", help="")))
        made.branding.refresh_from_db()
    assert made.branding.texts == {"en": {"help": "Ring us"}}


def test_no_texts_are_none(console):
    assert add(console, branding__0__font="serif").branding.texts == {}


@pytest.mark.parametrize(
    ("texts", "complaint"),
    [
        (said("en", intro="<b>Hello</b>"), "en, intro: plain text only"),
        (said("en", help="x" * 301), "301 characters; at most 300 fit"),
        (said("Welsh!", help="Ffoniwch"), "is not a language code"),
    ],
)
def test_texts_that_cannot_be_shown_are_refused_and_stand_there_still(console, texts, complaint):
    page = add(console, **texts)
    assert complaint in page
    assert escape(list(texts.values())[-1]) in page


def test_the_values_for_the_brokers_provider_stand_ready(console):
    page = console.get(change(add(console))).content.decode()
    for path in VALUES_TO_GIVE.values():
        assert f">http://cards.harbour.example:8000{path}<" in page


def test_the_values_for_the_provider_are_addresses_that_we_answer_at():
    from imin.identity import paths

    class AtHarbour:
        origin = "https://cards.harbour.example"

    assert paths.redirect_uri(AtHarbour).endswith(VALUES_TO_GIVE["Redirect URI"])
    assert paths.signed_out_uri(AtHarbour).endswith(VALUES_TO_GIVE["Post-logout redirect URI"])


def test_a_broker_with_customers_is_kept_and_the_reason_said(console):
    made = add(console)
    with as_owner():
        Customer.objects.create(broker=made, created_at=clock.now())
    answer = console.post(f"/brokers/broker/{made.pk}/delete/", {"post": "yes"}, follow=True)
    assert "has Customers, so it cannot be deleted" in answer.content.decode()
    with as_owner():
        assert Broker.objects.filter(pk=made.pk).exists()


def test_a_broker_without_customers_can_be_deleted(console):
    made = add(console)
    assert console.post(f"/brokers/broker/{made.pk}/delete/", {"post": "yes"}).status_code == 302
    with as_owner():
        assert not Broker.objects.exists()
        assert not Domain.objects.exists()


def test_a_card_number_in_a_text_is_refused_at_the_door(console):
    answer = console.post(ADD, fill.broker(branding__0__texts__en__help="4242 4242 4242 4242"))
    assert answer.status_code == 400
    with as_owner():
        assert not Broker.objects.exists()
