"""The consents of a card as its Customer sees them: two boxes, the bank's question, withdrawing, the evidence."""

import json
import re
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from imin.brokers import front_door
from imin.brokers.models import Branding
from imin.cards import consent
from imin.ground.database import as_owner
from imin.payments.consents.evidence import ConsentEvidence, Purpose
from tests.brokers import build
from tests.cards.person import Person, text
from tests.payments.shop import CHALLENGED_ON_REQUEST, VISA, Shop

TERMS = "£5 if I do not come and did not cancel the day before"


@pytest.fixture
def charging(sam: Person, shop: Shop) -> Person:
    """Sam, at a Broker that charges no-show fees."""
    with as_owner():
        Branding.objects.filter(broker_id=shop.tenant.broker_id).update(texts={"en": {"charge": TERMS}})
    front_door.forget()
    sam.tenant = shop.tenant = build.tenant(shop.tenant.slug)
    return sam


def add(sam: Person, shop: Shop, number: str = CHALLENGED_ON_REQUEST, **ticked: bool) -> str:
    """Add a card as the page's script does; return its path."""
    said = sam.ask("/edit/cards/add", {"attempt": str(uuid4()), "consent": True, **ticked}).json()
    shop.client_secret = said["client_secret"]
    from imin.payments.add import Begun

    setup_id = urlsplit(said["return_url"]).path.rpartition("/")[2]
    intent = shop.confirm(Begun(setup_id, said["client_secret"]), number)
    if intent.status == "requires_action":
        shop.answer_bank(intent)
    assert sam.get(urlsplit(said["return_url"]).path).status_code == 303
    return f"/edit/cards/{shop.cards()[-1].id}"


def agree(sam: Person, path: str, **fields: str):
    return sam.post(f"{path}/consents/charge", {"attempt": str(uuid4()), "agree": "on", **fields})


def in_force() -> set[str]:
    with as_owner():
        return set(ConsentEvidence.objects.filter(ended_at=None).values_list("purpose", flat=True))


def test_the_second_box_is_there_only_where_the_broker_charges_and_is_never_ticked(charging):
    page = charging.get("/edit/cards/add").content.decode()
    box = re.search(r'<input type="checkbox" id="charge"[^>]*>', page).group()
    assert "checked" not in box
    assert "required" not in box
    assert f"may charge this card when I am not there to confirm it, but only for this: {TERMS}." in text(
        charging.get("/edit/cards/add")
    )


def test_the_words_of_the_second_change_only_with_their_version(charging):
    charge = consent.charge(charging.tenant)
    assert charge
    assert (charge.version, charge.hash[:16]) == ("charge-1", "e18dcb2630480d7b")


def test_terms_in_another_language_are_better_than_none(charging):
    with as_owner():
        Branding.objects.update(texts={"de": {"charge": "Nein."}, "cy": {"charge": "Pum punt."}})
    said = consent.charge(build.tenant(charging.tenant.slug))
    assert said.text.startswith("Rwy’n cytuno")
    assert (said.language, "Pum punt." in said.text) == ("cy", True)
    with as_owner():
        Branding.objects.update(texts={"de": {"charge": "Fünf Pfund."}})
    assert "Fünf Pfund." in consent.charge(build.tenant(charging.tenant.slug)).text


def test_all_of_a_consent_is_in_the_language_of_the_terms_and_kept_as_such(charging, shop):
    charging.client.cookies["__Host-language"] = "ar"
    page = charging.get("/edit/cards/add").content.decode()
    assert re.search(r'<label for="consent" lang="ar" dir="rtl">أوافق', page)
    assert re.search(r'<label for="charge" lang="en-GB" dir="ltr">I agree that [^<]*My bank', page)
    path = add(charging, shop, charge=True)
    with as_owner():
        kept = {one.purpose: (one.language, one.text[:7]) for one in ConsentEvidence.objects.all()}
    assert kept["charge"] == ("en-gb", "I agree")
    assert kept["keep"][0] == "ar"
    page = charging.get(f"{path}/consents").content.decode()
    assert '<blockquote lang="en-GB" dir="ltr"><p>I agree' in page
    assert '<blockquote lang="ar" dir="rtl">' in page


def test_a_broker_that_never_charges_is_given_no_such_consent(sam):
    body = {"attempt": str(uuid4()), "consent": True, "charge": True}
    assert sam.ask("/edit/cards/add", body).status_code == 400
    card = sam.card()
    assert sam.post(f"/edit/cards/{card.id}/consents/charge", {"agree": "on"}).status_code == 400
    assert "charges this card only for bookings that you confirmed" in text(sam.get(f"/edit/cards/{card.id}/consents"))


@pytest.mark.parametrize("charge", ["true", 1, None])
def test_the_second_is_yes_or_no(charging, charge):
    body = {"attempt": str(uuid4()), "consent": True, "charge": charge}
    assert charging.ask("/edit/cards/add", body).status_code == 400


def test_each_is_given_by_its_own_box(charging, shop):
    add(charging, shop, VISA)
    assert in_force() == {"keep"}
    path = add(charging, shop, charge=True)
    assert in_force() == {"keep", "charge"}
    page = text(charging.get(f"{path}/consents"))
    assert "You agreed to this:" in page
    assert TERMS in page
    assert "The money goes to Acme" in page
    assert "To withdraw this is to remove the card" in page


def test_the_second_is_given_later_at_the_bank(charging, shop):
    path = add(charging, shop)
    page = charging.get(f"{path}/consents").content.decode()
    assert "checked" not in re.search(r'<input type="checkbox" id="agree"[^>]*>', page).group()
    answer = agree(charging, path)
    bank = re.search(r"url=(.*)", answer["Refresh"]).group(1)
    assert "Continue to my bank" in text(answer)
    back = shop.pay.session.post(bank, data={"outcome": "complete"}, timeout=10, allow_redirects=False)
    home = urlsplit(back.headers["Location"])
    assert home.hostname == charging.tenant.host
    assert charging.get(f"{home.path}?{home.query}").status_code == 303
    assert "You agreed that this card may be charged without you being present" in text(charging.get())
    assert in_force() == {"keep", "charge"}


def test_a_bank_that_need_not_ask_settles_it_at_once(charging, shop):
    path = add(charging, shop, VISA)
    assert agree(charging, path).status_code == 303
    assert in_force() == {"keep", "charge"}


def test_without_the_tick_nothing_is_asked(charging, shop):
    path = add(charging, shop)
    answer = charging.post(f"{path}/consents/charge", {"attempt": str(uuid4())})
    assert answer.status_code == 422
    assert "Please tick this box if you agree. Nothing was changed." in text(answer)
    assert in_force() == {"keep"}


def test_a_failed_question_is_told_and_changes_nothing(charging, shop):
    path = add(charging, shop)
    bank = re.search(r"url=(.*)", agree(charging, path)["Refresh"]).group(1)
    back = shop.pay.session.post(bank, data={"outcome": "fail"}, timeout=10, allow_redirects=False)
    home = urlsplit(back.headers["Location"])
    assert "Your bank could not confirm that it is you." in text(charging.get(f"{home.path}?{home.query}"))
    assert in_force() == {"keep"}


def test_a_form_without_its_attempt_is_none_of_ours(charging, shop):
    assert agree(charging, add(charging, shop), attempt="7").status_code == 400


def test_the_second_is_withdrawn_and_its_evidence_stays(charging, shop):
    path = add(charging, shop, charge=True)
    assert charging.post(f"{path}/consents/charge/withdraw").status_code == 303
    assert "This card can no longer be charged without you being present" in text(charging.get())
    assert in_force() == {"keep"}
    page = text(charging.get(f"{path}/consents"))
    assert "You have not agreed to this, and need not" in page
    assert "You withdrew it on" in page
    assert "We keep this evidence until" in page
    assert "Version of the text charge-1" in page


def test_what_was_read_is_kept_word_for_word(charging, shop):
    add(charging, shop, charge=True)
    with as_owner():
        kept = ConsentEvidence.objects.get(purpose=Purpose.CHARGE)
    offered = consent.charge(charging.tenant)
    assert offered
    assert (kept.text, kept.text_hash, kept.payee) == (offered.text, offered.hash, charging.tenant.name)
    assert json.dumps(kept.text)


def test_a_card_that_is_gone_has_no_page_of_consents(charging):
    assert charging.get(f"/edit/cards/{charging.removed().id}/consents").status_code == 404
