import re
from hashlib import sha256
from ipaddress import ip_network
from uuid import UUID, uuid4

import pytest

from imin.brokers.models import Broker
from imin.cards import consent
from imin.ground.database import as_owner
from imin.payments.add import Begun
from imin.payments.consents.evidence import ConsentEvidence
from imin.payments.models import CardSetup
from tests.cards.person import text
from tests.payments.shop import CHALLENGED, DECLINED, VISA

ADD = "/edit/cards/add"


def setups() -> int:
    with as_owner():
        return CardSetup.objects.count()


def begin(sam) -> tuple[Begun, str]:
    """Begin as the page's script does; return what began and the path to come back to."""
    said = sam.ask(ADD, {"attempt": str(uuid4()), "consent": True}).json()
    path = said["return_url"].removeprefix(sam.tenant.origin)
    return Begun(UUID(path.rsplit("/", 1)[1]), said["client_secret"]), path


def test_the_form_names_all_that_its_script_needs(sam, shop, settings):
    html = sam.get(ADD).content.decode()
    assert f'data-key="{shop.pay.world.payments.publishable_key}"' in html
    assert f'data-script="{settings.STRIPE_JS_URL}"' in html
    assert 'data-account=""' in html


def test_only_the_payment_service_may_run_and_be_framed_beside_the_form(sam, settings):
    settings.STRIPE_JS_URL = "http://js.pay.localhost:1/v3"
    settings.STRIPE_FRAME_ORIGINS = ["http://js.pay.localhost:1", "http://hooks.pay.localhost:1"]
    policy = dict(rule.split(" ", 1) for rule in sam.get(ADD)["Content-Security-Policy"].split("; "))
    assert "http://js.pay.localhost:1" in policy["script-src"].split()
    assert policy["frame-src"].split() == ["http://js.pay.localhost:1", "http://hooks.pay.localhost:1"]
    assert "unsafe" not in str(policy)


def test_each_form_is_an_attempt_of_its_own(sam):
    attempts = {re.search(r'data-attempt="([^"]+)"', sam.get(ADD).content.decode()).group(1) for _ in range(2)}
    assert len(attempts) == 2


def test_the_consent_is_asked_for_and_not_ticked_in_advance(sam):
    page = sam.get(ADD)
    box = re.search(r'<input type="checkbox" id="consent"[^>]*>', page.content.decode()).group()
    assert "required" in box
    assert "checked" not in box
    assert consent.keep(sam.tenant).text in text(page)
    assert 'id="charge"' not in page.content.decode()


def test_the_words_of_the_consent_change_only_with_their_version(sam):
    keep = consent.keep(sam.tenant)
    assert (keep.version, keep.hash[:16]) == ("keep-1", "74ab243233cd0195")


def test_without_javascript_the_page_says_why_it_needs_it(sam):
    instead = "".join(re.findall(r"<noscript>(.*?)</noscript>", sam.get(ADD).content.decode(), re.DOTALL))
    assert "needs JavaScript" in instead
    assert "#add{display:none}" in instead


def test_beginning_keeps_the_evidence_of_the_consent(sam, settings):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.1")]
    sam.client.defaults |= {
        "REMOTE_ADDR": "10.0.0.1",
        "HTTP_X_FORWARDED_FOR": "198.51.100.66, 203.0.113.7",
        "HTTP_USER_AGENT": "Testfox/1",
    }
    sam.ask(ADD, {"attempt": str(uuid4()), "consent": True})
    with as_owner():
        kept = ConsentEvidence.objects.get()
    assert (kept.version, kept.text) == ("keep-1", consent.keep(sam.tenant).text)
    assert kept.text_hash == sha256(kept.text.encode()).hexdigest()
    assert (kept.ip, kept.user_agent, kept.language, kept.payee) == (
        "203.0.113.7",
        "Testfox/1",
        "en-gb",
        sam.tenant.name,
    )


@pytest.mark.parametrize(
    "body",
    [
        {"attempt": str(uuid4()), "consent": False},
        {"attempt": str(uuid4()), "consent": "true"},
        {"attempt": str(uuid4())},
        {"attempt": "7", "consent": True},
        {"consent": True},
        ["attempt"],
        "x",
    ],
)
def test_nothing_begins_without_consent_or_from_what_the_form_never_sends(sam, body):
    response = sam.ask(ADD, body)
    assert response.status_code == 400
    assert "Nothing" in response.json()["message"]
    assert setups() == 0


def test_a_form_posted_without_the_script_begins_nothing(sam):
    assert sam.post(ADD, {"attempt": str(uuid4()), "consent": "true"}).status_code == 400
    assert setups() == 0


def test_pressing_twice_is_one_set_up(sam):
    body = {"attempt": str(uuid4()), "consent": True}
    assert sam.ask(ADD, body).json() == sam.ask(ADD, body).json()
    assert setups() == 1


def test_a_saved_card_is_on_the_list_and_said_to_be(sam, shop):
    begun, path = begin(sam)
    shop.confirm(begun, VISA)
    response = sam.get(path)
    assert (response.status_code, response["Location"]) == (303, "/edit")
    assert "Your card is saved: Visa ending in 4242." in text(sam.get())


def test_coming_back_again_saves_nothing_twice(sam, shop):
    begun, path = begin(sam)
    shop.confirm(begun, VISA)
    assert {sam.get(path).status_code for _ in range(3)} == {303}
    assert len(shop.cards()) == 1


def test_the_same_card_again_is_said_to_be_saved_already(sam, shop):
    shop.saved(VISA)
    begun, path = begin(sam)
    shop.confirm(begun, VISA)
    sam.get(path)
    assert "You had saved this card already: Visa ending in 4242. Nothing was added." in text(sam.get())


def test_the_same_card_with_a_new_date_is_said_to_be_brought_up_to_date(sam, shop):
    shop.saved(VISA)
    begun, path = begin(sam)
    shop.confirm(begun, VISA, exp_month=9)
    sam.get(path)
    assert "You had this card already. It is brought up to date" in text(sam.get())


def test_a_form_that_was_used_leads_to_its_outcome(sam, shop):
    body = {"attempt": str(uuid4()), "consent": True}
    said = sam.ask(ADD, body).json()
    path = said["return_url"].removeprefix(sam.tenant.origin)
    shop.confirm(Begun(UUID(path.rsplit("/", 1)[1]), said["client_secret"]), VISA)
    sam.get(path)
    again = sam.ask(ADD, body)
    assert again.status_code == 409
    assert again.json()["return_url"] == said["return_url"]


def test_after_a_decline_the_form_is_there_again_and_says_why(sam, shop):
    begun, path = begin(sam)
    with pytest.raises(Exception, match="declined"):
        shop.confirm(begun, DECLINED)
    page = sam.get(path)
    assert page.status_code == 200
    assert "Your bank declined this card. Please use another card or ask your bank. Nothing was saved." in text(page)
    assert 'id="save"' in page.content.decode()
    assert shop.cards() == []


@pytest.mark.parametrize("outcome", ["open", "fail"])
def test_a_challenge_that_was_not_passed_saves_nothing(sam, shop, outcome):
    begun, path = begin(sam)
    intent = shop.confirm(begun, CHALLENGED)
    if outcome == "fail":
        shop.answer_bank(intent, "fail")
    page = sam.get(f"{path}?redirect_status=succeeded")
    assert "Nothing was saved." in text(page)
    assert shop.cards() == []


def test_while_the_payment_service_does_not_answer_the_page_waits_and_looks_again(sam, shop):
    begun, path = begin(sam)
    shop.confirm(begun, VISA)
    with shop.fault("down"):
        page = sam.get(path)
    assert "We do not know yet whether your card is saved" in text(page)
    assert "cards/pending.js" in page.content.decode()
    assert sam.get(path).status_code == 303


def test_when_the_payment_service_is_down_beginning_says_to_try_again(sam, shop):
    with shop.fault("down"):
        response = sam.ask(ADD, {"attempt": str(uuid4()), "consent": True})
    assert response.status_code == 503
    assert "Nothing was changed. Please try again" in response.json()["message"]


def test_with_as_many_cards_as_there_can_be_there_is_no_form(sam):
    with as_owner():
        Broker.objects.update(max_cards=1)
    sam.card()
    page = sam.get(ADD)
    assert "There is no room for another card" in text(page)
    assert 'id="add"' not in page.content.decode()
    response = sam.ask(ADD, {"attempt": str(uuid4()), "consent": True})
    assert (response.status_code, response.json()["type"]) == (409, "TooManyCardsError")


def test_a_card_that_came_too_late_for_its_place_is_not_saved(sam, shop):
    begun, path = begin(sam)
    shop.confirm(begun, VISA)
    with as_owner():
        Broker.objects.update(max_cards=1)
    sam.card()
    sam.get(path)
    assert "The card was not saved: you have as many cards as there can be." in text(sam.get())


def test_a_card_number_in_the_page_s_own_fields_is_refused(sam):
    response = sam.ask(ADD, {"attempt": str(uuid4()), "consent": True, "nickname": "4242 4242 4242 4242"})
    assert response.status_code == 400
    assert setups() == 0
