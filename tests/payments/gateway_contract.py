"""What every payment gateway must do, whoever is behind it.

A second gateway passes by subclassing `GatewayContract` with a `bench` fixture of its own: see
test_stripe_gateway.py. Nothing here knows a payment service's words.
"""

from typing import Protocol
from uuid import uuid4

import pytest

from imin.payments.errors import PaymentServiceRefusedError
from imin.payments.gateways.base import (
    BadSignatureError,
    CardChanges,
    CardDetails,
    Decline,
    Event,
    EventSubject,
    MissingError,
    PaymentGateway,
    Result,
    SetupState,
)

ADDRESS = {"line1": "1 High Street", "city": "Leeds", "postal_code": "LS1 1AA", "country": "GB"}


class Bench(Protocol):
    """One payment service under test, and what a browser or a bank would do there."""

    gateway: PaymentGateway
    account: str

    def use_card(self, reference: str, card: str) -> None:
        """Finish the set-up with a test card: good, again (same number), other, declined, lost, challenged, and
        one whose bank "asks on request"."""

    def signed_event(self, subject: EventSubject, reference: str) -> tuple[bytes, str]:
        """Return body and signature of a genuine webhook about `reference`."""

    def unknown(self, what: str) -> str:
        """Return a well-formed reference that does not exist: payer, setup or card."""

    def delete_payer(self, reference: str) -> None:
        """Delete the payer behind our back."""


class GatewayContract:
    """The contract; each test stands for one promise in `gateways/base.py`."""

    @pytest.fixture
    def payer(self, bench: Bench) -> str:
        return bench.gateway.create_payer(account=bench.account, customer=str(uuid4()), key=str(uuid4()))

    def start(self, bench: Bench, payer: str, key: str = "") -> str:
        key = key or str(uuid4())
        return bench.gateway.start_setup(account=bench.account, payer=payer, setup=str(uuid4()), key=key).reference

    def saved(self, bench: Bench, payer: str, card: str = "good") -> CardDetails:
        reference = self.start(bench, payer)
        bench.use_card(reference, card)
        details = bench.gateway.setup(account=bench.account, reference=reference).card
        assert details
        return details

    def test_the_same_key_makes_one_payer(self, bench: Bench):
        customer, key = str(uuid4()), str(uuid4())
        made = {bench.gateway.create_payer(account=bench.account, customer=customer, key=key) for _ in range(2)}
        assert len(made) == 1

    def test_a_payer_exists_until_it_is_deleted(self, bench: Bench, payer: str):
        assert bench.gateway.payer_exists(account=bench.account, reference=payer)
        bench.delete_payer(payer)
        assert not bench.gateway.payer_exists(account=bench.account, reference=payer)
        with pytest.raises(MissingError):
            self.start(bench, payer)

    def test_a_payer_is_deleted_with_its_cards_and_a_second_time_is_fine(self, bench: Bench, payer: str):
        card = self.saved(bench, payer)
        for _ in range(2):
            bench.gateway.delete_payer(account=bench.account, reference=payer)
        assert not bench.gateway.payer_exists(account=bench.account, reference=payer)
        there = bench.gateway.card(account=bench.account, reference=card.reference)
        assert there is None or there.payer == ""

    def test_an_unknown_payer_does_not_exist_and_has_no_cards(self, bench: Bench):
        unknown = bench.unknown("payer")
        assert not bench.gateway.payer_exists(account=bench.account, reference=unknown)
        with pytest.raises(MissingError):
            list(bench.gateway.cards(account=bench.account, payer=unknown))

    def test_the_same_key_starts_one_setup_with_one_secret(self, bench: Bench, payer: str):
        setup, key = str(uuid4()), str(uuid4())
        started = [
            bench.gateway.start_setup(account=bench.account, payer=payer, setup=setup, key=key) for _ in range(2)
        ]
        assert started[0] == started[1]
        assert started[0].client_secret
        assert started[0].client_secret not in repr(started[0])

    def test_a_fresh_setup_waits_for_the_person_and_gives_its_secret_again(self, bench: Bench, payer: str):
        started = bench.gateway.start_setup(account=bench.account, payer=payer, setup=str(uuid4()), key=str(uuid4()))
        state = bench.gateway.setup(account=bench.account, reference=started.reference)
        assert (state.result, state.card, state.decline) == (Result.ACTION_REQUIRED, None, None)
        assert state.client_secret == started.client_secret
        assert state.client_secret not in repr(state)

    def test_a_good_card_succeeds_and_is_attached(self, bench: Bench, payer: str):
        details = self.saved(bench, payer)
        assert details.payer == payer
        assert (details.brand, details.last4) == ("visa", "4242")
        assert details.fingerprint
        assert [card.reference for card in bench.gateway.cards(account=bench.account, payer=payer)] == [
            details.reference
        ]

    def test_the_same_number_has_the_same_fingerprint(self, bench: Bench, payer: str):
        first, again, other = (self.saved(bench, payer, card) for card in ("good", "again", "other"))
        assert first.fingerprint == again.fingerprint != other.fingerprint
        assert first.reference != again.reference

    def test_a_declined_card_says_so_and_the_setup_takes_another(self, bench: Bench, payer: str):
        reference = self.start(bench, payer)
        bench.use_card(reference, "declined")
        state = bench.gateway.setup(account=bench.account, reference=reference)
        assert (state.result, state.decline, state.card) == (Result.DECLINED, Decline.GENERIC, None)
        bench.use_card(reference, "good")
        assert bench.gateway.setup(account=bench.account, reference=reference).result is Result.SUCCEEDED

    def confirmed(self, bench: Bench, payer: str, card: str, key: str) -> SetupState:
        return bench.gateway.confirm_card(
            account=bench.account,
            payer=payer,
            card=card,
            setup=key,
            key=key,
            return_url="https://example.com/back",
        )

    def test_the_bank_of_a_saved_card_is_asked_on_its_own_page_once_for_a_key(self, bench: Bench, payer: str):
        saved = self.saved(bench, payer, "asks on request")
        key = str(uuid4())
        first, again = (self.confirmed(bench, payer, saved.reference, key) for _ in range(2))
        assert first == again
        assert first.result is Result.ACTION_REQUIRED
        assert first.bank_url.startswith("http")
        assert first.bank_url not in repr(first)

    def test_a_bank_that_need_not_ask_confirms_a_saved_card_at_once(self, bench: Bench, payer: str):
        saved = self.saved(bench, payer)
        state = self.confirmed(bench, payer, saved.reference, str(uuid4()))
        assert (state.result, state.bank_url) == (Result.SUCCEEDED, "")
        assert state.card
        assert state.card.reference == saved.reference

    def test_a_card_that_is_unknown_cannot_be_confirmed(self, bench: Bench, payer: str):
        with pytest.raises((MissingError, PaymentServiceRefusedError)):
            self.confirmed(bench, payer, bench.unknown("card"), str(uuid4()))

    def test_a_lost_card_is_a_plain_decline(self, bench: Bench, payer: str):
        reference = self.start(bench, payer)
        bench.use_card(reference, "lost")
        assert bench.gateway.setup(account=bench.account, reference=reference).decline is Decline.GENERIC

    def test_each_refused_try_has_a_name_of_its_own(self, bench: Bench, payer: str):
        reference, tries = self.start(bench, payer), []
        for card in ("declined", "declined", "lost"):
            bench.use_card(reference, card)
            tries.append(bench.gateway.setup(account=bench.account, reference=reference).failed)
        assert len({tried.attempt for tried in tries}) == 3
        assert tries[0].fingerprint == tries[1].fingerprint != tries[2].fingerprint
        assert len(tries[0].bin) <= 8

    def test_a_refused_try_is_still_told_when_the_setup_was_cancelled(self, bench: Bench, payer: str):
        reference = self.start(bench, payer)
        bench.use_card(reference, "declined")
        before = bench.gateway.setup(account=bench.account, reference=reference).failed
        assert bench.gateway.cancel_setup(account=bench.account, reference=reference).failed == before

    def test_a_setup_can_demand_a_challenge(self, bench: Bench, payer: str):
        wanted = {"account": bench.account, "payer": payer, "setup": str(uuid4()), "key": str(uuid4())}
        reference = bench.gateway.start_setup(**wanted, challenge=True).reference
        bench.use_card(reference, "challenged")
        assert bench.gateway.setup(account=bench.account, reference=reference).result is Result.ACTION_REQUIRED

    def test_a_challenge_needs_the_person(self, bench: Bench, payer: str):
        reference = self.start(bench, payer)
        bench.use_card(reference, "challenged")
        state = bench.gateway.setup(account=bench.account, reference=reference)
        assert (state.result, state.card) == (Result.ACTION_REQUIRED, None)

    def test_a_cancelled_setup_is_abandoned_for_good(self, bench: Bench, payer: str):
        reference = self.start(bench, payer)
        for _ in range(2):
            state = bench.gateway.cancel_setup(account=bench.account, reference=reference)
            assert state.result is Result.ABANDONED

    def test_cancelling_a_setup_that_succeeded_reads_it(self, bench: Bench, payer: str):
        reference = self.start(bench, payer)
        bench.use_card(reference, "good")
        assert bench.gateway.cancel_setup(account=bench.account, reference=reference).result is Result.SUCCEEDED

    def test_an_unknown_setup_is_missing(self, bench: Bench):
        unknown = bench.unknown("setup")
        with pytest.raises(MissingError):
            bench.gateway.setup(account=bench.account, reference=unknown)
        with pytest.raises(MissingError):
            bench.gateway.cancel_setup(account=bench.account, reference=unknown)

    def test_a_change_keeps_all_else(self, bench: Bench, payer: str):
        before = self.saved(bench, payer)
        changes = CardChanges(exp_month=1, holder_name="B. Example", address=ADDRESS)
        after = bench.gateway.change_card(
            account=bench.account, reference=before.reference, changes=changes, key=str(uuid4())
        )
        assert (after.exp_month, after.holder_name, after.address) == (1, "B. Example", ADDRESS)
        kept = ("reference", "payer", "fingerprint", "brand", "last4", "exp_year", "funding", "country")
        assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
        assert bench.gateway.card(account=bench.account, reference=before.reference) == after

    def test_an_empty_text_removes_a_value(self, bench: Bench, payer: str):
        card = self.saved(bench, payer)
        for changes in (CardChanges(holder_name="B", address=ADDRESS), CardChanges(holder_name="", address={})):
            after = bench.gateway.change_card(
                account=bench.account, reference=card.reference, changes=changes, key=str(uuid4())
            )
        assert (after.holder_name, after.address) == ("", {})

    def test_the_same_key_changes_once(self, bench: Bench, payer: str):
        card, key = self.saved(bench, payer), str(uuid4())
        first = CardChanges(exp_month=1)
        for changes, used in ((first, key), (CardChanges(exp_month=2), str(uuid4())), (first, key)):
            bench.gateway.change_card(account=bench.account, reference=card.reference, changes=changes, key=used)
        now = bench.gateway.card(account=bench.account, reference=card.reference)
        assert now
        assert now.exp_month == 2

    def test_detaching_is_final_and_may_be_repeated(self, bench: Bench, payer: str):
        card = self.saved(bench, payer)
        for _ in range(2):
            bench.gateway.detach_card(account=bench.account, reference=card.reference)
        after = bench.gateway.card(account=bench.account, reference=card.reference)
        assert after is None or after.payer == ""
        assert list(bench.gateway.cards(account=bench.account, payer=payer)) == []

    def test_a_detached_card_cannot_be_changed(self, bench: Bench, payer: str):
        card = self.saved(bench, payer)
        bench.gateway.detach_card(account=bench.account, reference=card.reference)
        with pytest.raises(MissingError):
            bench.gateway.change_card(
                account=bench.account, reference=card.reference, changes=CardChanges(exp_month=1), key=str(uuid4())
            )

    def test_an_unknown_card_is_none_and_detaching_it_is_fine(self, bench: Bench):
        unknown = bench.unknown("card")
        assert bench.gateway.card(account=bench.account, reference=unknown) is None
        bench.gateway.detach_card(account=bench.account, reference=unknown)

    def test_every_card_of_a_payer_is_listed(self, bench: Bench, payer: str):
        saved = {self.saved(bench, payer, card).reference for card in ("good", "other", "again")}
        assert {card.reference for card in bench.gateway.cards(account=bench.account, payer=payer)} == saved

    def test_a_genuine_event_names_what_to_read_again(self, bench: Bench, payer: str):
        card = self.saved(bench, payer)
        body, signature = bench.signed_event(EventSubject.CARD, card.reference)
        event = bench.gateway.event(body=body, signature=signature)
        assert event
        assert event == Event(event.id, bench.account, EventSubject.CARD, card.reference)

    def test_a_forged_event_is_refused(self, bench: Bench, payer: str):
        card = self.saved(bench, payer)
        body, signature = bench.signed_event(EventSubject.CARD, card.reference)
        for forged in ((body + b" ", signature), (body, ""), (body, signature[:-2] + "00"), (b"", signature)):
            with pytest.raises(BadSignatureError):
                bench.gateway.event(body=forged[0], signature=forged[1])

    def test_a_page_learns_where_the_fields_come_from(self, bench: Bench):
        element = bench.gateway.element(account=bench.account)
        assert element.account == bench.account
        assert element.publishable_key
        assert any(element.js_url.startswith(origin) for origin in element.script_origins)
        assert element.frame_origins
        assert element.connect_origins

    def test_it_answers(self, bench: Bench):
        assert bench.gateway.ping()

    def test_nothing_secret_survives_scrubbing(self, bench: Bench, payer: str):
        started = bench.gateway.start_setup(account=bench.account, payer=payer, setup=str(uuid4()), key=str(uuid4()))
        said = bench.gateway.scrub(f"card 4242 4242 4242 4242, secret {started.client_secret}, payer {payer}")
        assert "4242" not in said
        assert started.client_secret not in said
        assert payer in said
