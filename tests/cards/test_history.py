"""The history as the Customer reads it, pages through it, and takes it away."""

import csv
import io
from hashlib import sha256

from imin.brokers.acting import acting
from imin.ground import clock
from imin.payments.history import By, Event, note, note_without_card
from tests.cards.person import Person, person, text


def tell(alex: Person, card=None, event=Event.EDITED, by=By.CUSTOMER, **details) -> None:
    with acting(alex.tenant.broker_id, alex.customer_id):
        if card:
            note(card=card, event=event, by=by, details=details, now=clock.now())
        else:
            whose = {"broker_id": alex.tenant.broker_id, "customer_id": alex.customer_id}
            note_without_card(**whose, event=event, by=by, details=details, now=clock.now())


def test_it_is_told_in_the_customers_words(alex):
    card = alex.card()
    address = [{"city": "Leeds", "country": "GB"}, {}]
    tell(alex, card, changes={"expiry": ["06/2029", "11/2030"], "nickname": ["", "Daily"], "address": address})
    tell(alex, card, Event.USED, By.BROKER, booking="Swim", day="2027-06-03")
    tell(alex, card, Event.BOOKING_MOVED, to={"brand": "amex", "last4": "0005"}, booking="Swim")
    tell(alex, None, Event.DECLINED, By.BANK, reason="insufficient_funds")
    tell(alex, card, Event.CONSENT_GIVEN, consent="keep")
    page = text(alex.get("/edit/history"))
    assert "Card edited Visa ending in 4242 ·" in page
    assert "by you" in page
    assert "Expiry date: from “June 2029” to “November 2030”" in page
    assert "Nickname: “Daily” was added" in page
    assert "Billing address: “Leeds, United Kingdom” was taken out" in page
    assert "by Acme Booking: Swim Day: 3 June 2027" in page
    assert "To: American Express ending in 0005" in page
    assert "Your bank says that there is not enough money on this card." in page
    assert "To keep this card for your own bookings" in page
    assert page.index("Consent given") < page.index("Card edited")


def test_a_card_has_its_own_also_when_it_is_gone(alex):
    card, other = alex.removed(), alex.card(last4="0005")
    tell(alex, card, Event.REMOVED)
    tell(alex, other, Event.ADDED)
    page = text(alex.get(f"/edit/cards/{card.id}/history"))
    assert "History of Visa ending in 4242" in page
    assert "Card removed" in page
    assert "Card added" not in page


def test_each_card_and_the_list_lead_to_it(alex):
    card = alex.card()
    page = alex.get().content.decode()
    assert f'href="/edit/cards/{card.id}/history"' in page
    assert 'href="/edit/history"' in page


def test_it_is_paged(alex):
    card = alex.card()
    for number in range(1, 66):
        tell(alex, card, Event.USED, booking=f"Booking-{number}.")
    first = alex.get("/edit/history")
    assert "Booking-65." in text(first)
    assert "Booking-36." in text(first)
    assert "Booking-35." not in text(first)
    assert 'href="/edit/history?before=36"' in first.content.decode()
    last = alex.get("/edit/history?before=6")
    assert "Booking-5." in text(last)
    assert "Booking-6." not in text(last)
    assert 'rel="next"' not in last.content.decode()
    assert alex.get("/edit/history?before=x").status_code == 400
    one = alex.get(f"/edit/cards/{card.id}/history").content.decode()
    assert f'href="/edit/cards/{card.id}/history?before=36"' in one


def test_the_file_for_programs_proves_itself(alex):
    card = alex.card()
    tell(alex, card, Event.ADDED, nickname="Café =1+1")
    tell(alex, None, Event.DECLINED, By.BANK, reason="declined")
    answer = alex.get("/edit/history.json")
    assert answer["Content-Disposition"] == 'attachment; filename="card-history.json"'
    whole = answer.json()
    previous = "0" * 64
    for entry in whole["entries"]:
        digest = sha256(f"{entry['salt']}\n{entry['details_text']}".encode()).hexdigest()
        card_id = entry["card"]["id"] if entry["card"] else "-"
        parts = [
            previous,
            whole["customer"],
            entry["number"],
            entry["at"],
            card_id,
            entry["event"],
            entry["by"],
            digest,
        ]
        previous = sha256("\n".join(map(str, parts)).encode()).hexdigest()
        assert entry["hash"] == previous
    assert [entry["number"] for entry in whole["entries"]] == [1, 2]
    assert whole["entries"][0]["details"] == {"nickname": "Café =1+1"}


def test_the_file_for_spreadsheets_has_no_formulas(alex):
    card = alex.card(nickname="=HYPERLINK(1)")
    tell(alex, card, changes={"nickname": ["", "=HYPERLINK(1)"]})
    answer = alex.get("/edit/history.csv")
    table = list(csv.reader(io.StringIO(answer.content.decode())))
    assert table[0] == ["number", "at", "event", "by", "card", "brand", "last4", "details", "previous", "hash"]
    assert table[1][:1] + table[1][2:4] == ["1", "edited", "customer"]
    assert not [cell for row in table for cell in row if cell[:1] in {"=", "+", "-", "@"}]


def test_nobody_elses_is_seen(alex):
    other = person(given_name="Kim")
    theirs = other.card()
    tell(other, theirs, changes={"nickname": ["", "Secret"]})
    assert "Secret" not in text(alex.get("/edit/history"))
    assert alex.get(f"/edit/cards/{theirs.id}/history").status_code == 404
    assert alex.get("/edit/history.json").json()["entries"] == []
