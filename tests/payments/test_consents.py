"""Two consents: given apart, in force once the bank said yes, withdrawn one by one; the evidence cannot be bent."""

from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.db import DatabaseError, connections

from imin.brokers.acting import acting
from imin.ground.database import OWNER, as_owner
from imin.payments.consents.end import Sender, forget_old, withdraw_charges
from imin.payments.consents.evidence import ConsentEvidence, Purpose
from imin.payments.consents.queries import in_force, may_be_charged
from imin.payments.errors import AttemptUsedError, CardGoneError, ExpiredCardError
from imin.payments.models import UNDO_PERIOD, Card
from tests.payments.shop import CHALLENGED, DECLINED, VISA, YEAR, Shop
from tests.payments.shop import CHALLENGED_ON_REQUEST as ASKS
from tests.payments.test_history import told

BOTH = (Purpose.KEEP, Purpose.CHARGE)
GONE = UNDO_PERIOD + timedelta(seconds=1)


def saved_with(shop: Shop, *purposes: Purpose) -> Card:
    begun = shop.begin(None, *purposes)
    intent = shop.confirm(begun, ASKS)
    if intent.status == "requires_action":
        shop.answer_bank(intent)
    card = shop.finish(begun).card
    assert card
    return card


def agreed(shop: Shop, card: Card) -> list[str]:
    with acting(shop.tenant.broker_id, shop.customer_id):
        return [given.purpose for given in in_force(card.id)]


def chargeable(shop: Shop) -> set:
    with acting(shop.tenant.broker_id, shop.customer_id):
        return may_be_charged(Card.objects.all())


def withdraw(shop: Shop, card: Card) -> bool:
    return withdraw_charges(**shop.whose, card_id=card.id, sender=Sender("203.0.113.9", "another"), now=shop.now)


# ── giving ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_only_what_was_ticked_is_in_force(shop: Shop):
    card = saved_with(shop, Purpose.KEEP)
    assert agreed(shop, card) == ["keep"]
    assert chargeable(shop) == set()
    assert ("consent_given", "customer") in told(shop)


def test_the_second_mandates_a_challenge_and_the_first_does_not(shop: Shop):
    plain, both = shop.begin(None, Purpose.KEEP), shop.begin(None, *BOTH)
    assert shop.confirm(plain, ASKS).status == "succeeded"
    intent = shop.confirm(both, ASKS)
    assert intent.status == "requires_action"
    assert intent.payment_method_options.card.request_three_d_secure == "challenge"
    assert intent.usage == "off_session"


def test_both_take_effect_once_the_bank_is_sure_and_hold_their_evidence(shop: Shop):
    card = saved_with(shop, *BOTH)
    assert agreed(shop, card) == ["keep", "charge"]
    assert chargeable(shop) == {card.id}
    kept = {given.purpose: given for given in shop.consents(card=card)}["charge"]
    assert kept.text_hash == sha256(kept.text.encode()).hexdigest()
    assert (kept.version, kept.language, kept.payee) == ("1", "en-gb", "Acme")
    assert (kept.ip, kept.user_agent) == ("203.0.113.7", "a browser")


def test_nothing_is_in_force_for_a_card_that_was_never_saved(shop: Shop):
    begun = shop.begin(None, *BOTH)
    shop.answer_bank(shop.confirm(begun, ASKS), "fail")
    assert shop.finish(begun).outcome == "declined"
    assert [given.card_id for given in shop.consents()] == [None, None]
    shop.later = timedelta(hours=25)
    shop.work()
    assert shop.consents() == []


def test_other_ticks_on_the_same_form_are_its_newest_state(shop: Shop):
    attempt = uuid4()
    shop.begin(attempt, *BOTH)
    begun = shop.begin(attempt, Purpose.KEEP)
    shop.answer_bank(shop.confirm(begun, ASKS))
    card = shop.finish(begun).card
    assert card
    assert agreed(shop, card) == ["keep"]


def test_the_second_cannot_slip_in_without_its_challenge(shop: Shop):
    attempt = uuid4()
    begun = shop.begin(attempt, Purpose.KEEP)
    shop.confirm(begun, ASKS)
    with pytest.raises(AttemptUsedError):
        shop.begin(attempt, *BOTH)
    card = shop.finish(begun).card
    assert card
    assert agreed(shop, card) == ["keep"]


def test_adding_a_saved_card_again_with_the_second_keeps_the_token_that_was_challenged(shop: Shop):
    first = saved_with(shop, Purpose.KEEP)
    again = saved_with(shop, *BOTH)
    assert again.id == first.id
    assert again.reference != first.reference
    shop.work()
    assert shop.attached() == [again.reference]
    assert agreed(shop, again) == ["keep", "charge"]


# ── giving the second later ─────────────────────────────────────────────────────────────────────────────────


def test_the_second_can_be_given_later_by_way_of_the_bank(shop: Shop):
    card = saved_with(shop, Purpose.KEEP)
    asked = shop.agree_later(card)
    assert agreed(shop, card) == ["keep"]
    assert shop.answer_bank_page(asked).startswith(f"https://cards.example/back/{asked.setup_id}?")
    for _ in range(2):
        assert shop.finish(asked).outcome == "confirmed"
    assert agreed(shop, card) == ["keep", "charge"]
    assert told(shop)[-2:] == [("verified", "bank"), ("consent_given", "customer")]
    assert shop.card(card).reference == card.reference
    assert len(shop.attached()) == 1


def test_a_bank_that_says_no_leaves_the_card_and_no_consent(shop: Shop):
    card = saved_with(shop, Purpose.KEEP)
    asked = shop.agree_later(card)
    shop.answer_bank_page(asked, "fail")
    finished = shop.finish(asked)
    assert (finished.outcome, finished.decline_code) == ("abandoned", "challenge_failed")
    assert agreed(shop, card) == ["keep"]
    assert len(shop.consents()) == 1
    assert shop.cards() == [card]


def test_a_browser_that_never_comes_back_is_settled_by_the_sweep(shop: Shop):
    card = saved_with(shop, Purpose.KEEP)
    asked = shop.agree_later(card)
    shop.answer_bank_page(asked)
    shop.later = timedelta(minutes=5)
    shop.work()
    assert agreed(shop, card) == ["keep", "charge"]


def test_pressing_twice_asks_the_bank_once(shop: Shop):
    card, attempt = saved_with(shop, Purpose.KEEP), uuid4()
    first, second = shop.agree_later(card, attempt), shop.agree_later(card, attempt)
    assert first == second
    shop.answer_bank_page(first)
    shop.finish(first)
    with pytest.raises(AttemptUsedError):
        shop.agree_later(card, attempt)


def test_a_card_that_was_removed_meanwhile_gets_no_consent(shop: Shop):
    card = saved_with(shop, Purpose.KEEP)
    asked = shop.agree_later(card)
    shop.answer_bank_page(asked)
    shop.remove(shop.card(card))
    assert shop.finish(asked).outcome == "abandoned"
    with pytest.raises(CardGoneError):
        shop.agree_later(card)


def test_an_expired_card_is_not_asked_about(shop: Shop):
    card = saved_with(shop, Purpose.KEEP)
    shop.later = timedelta(days=366 * 4)
    with pytest.raises(ExpiredCardError):
        shop.agree_later(card)


# ── ending ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_withdrawing_the_second_leaves_the_card_and_the_first(shop: Shop):
    card = saved_with(shop, *BOTH)
    assert withdraw(shop, card) is True
    assert withdraw(shop, card) is False
    assert agreed(shop, card) == ["keep"]
    assert chargeable(shop) == set()
    assert shop.cards() == [shop.card(card)]
    (ended,) = shop.consents(purpose="charge")
    assert (ended.ended_because, ended.ended_ip, ended.ended_user_agent) == ("withdrawn", "203.0.113.9", "another")
    assert [event for event, _by in told(shop)].count("consent_withdrawn") == 1


def test_consents_end_with_their_card_and_not_while_it_can_be_brought_back(shop: Shop):
    card = saved_with(shop, *BOTH)
    shop.remove(card)
    assert agreed(shop, card) == ["keep", "charge"]
    shop.undo(card)
    assert chargeable(shop) == {card.id}
    shop.remove(shop.card(card))
    shop.later = GONE
    shop.work()
    assert agreed(shop, card) == []
    assert {given.ended_because for given in shop.consents(card=card)} == {"card_gone"}


def test_the_evidence_outlives_the_card_and_goes_when_its_time_is_over(shop: Shop, settings):
    settings.EVIDENCE_KEPT_DAYS = 2192
    shop.later = timedelta(days=-2200)
    card = shop.saved(VISA, exp_year=YEAR)
    shop.later = timedelta(days=-2195)
    shop.remove(card)
    shop.later += GONE
    shop.work()
    (kept,) = shop.consents()
    assert kept.kept_until == kept.ended_at + timedelta(days=2192)
    with as_owner():
        assert forget_old(now=kept.kept_until) == 0
        assert forget_old(now=kept.kept_until + timedelta(seconds=1)) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_consentevidence SET text = 'another'",
        "UPDATE payments_consentevidence SET ip = ''",
        "UPDATE payments_consentevidence SET given_at = now()",
        "UPDATE payments_consentevidence SET card_id = NULL",
        "UPDATE payments_consentevidence SET ended_at = NULL, ended_because = '' WHERE ended_at IS NOT NULL",
        "UPDATE payments_consentevidence SET kept_until = now() WHERE ended_at IS NOT NULL",
        "DELETE FROM payments_consentevidence",
        "TRUNCATE payments_consentevidence",
    ],
)
def test_the_owner_cannot_bend_the_evidence(shop: Shop, statement):
    withdraw(shop, saved_with(shop, *BOTH))
    with pytest.raises(DatabaseError, match="kept as it is"), connections[OWNER].cursor() as cursor:
        cursor.execute(statement)


def test_a_declined_card_leaves_nothing_when_its_form_is_given_up(shop: Shop):
    begun = shop.begin()
    with pytest.raises(Exception, match="declined"):
        shop.confirm(begun, DECLINED)
    shop.later = timedelta(hours=25)
    shop.work()
    with as_owner():
        assert not ConsentEvidence.objects.exists()


def test_a_card_whose_bank_always_asks_needs_no_other_way(shop: Shop):
    begun = shop.begin(None, *BOTH)
    shop.answer_bank(shop.confirm(begun, CHALLENGED))
    card = shop.finish(begun).card
    assert card
    assert agreed(shop, card) == ["keep", "charge"]
