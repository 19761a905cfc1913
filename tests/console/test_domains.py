"""A Broker's domain on the operators' page: what is shown of it, changed and taken away."""

import pytest

from imin.brokers.models import Broker, Domain
from imin.ground.database import as_owner
from tests.console import fill

ADD = "/brokers/broker/add/"


@pytest.fixture
def made(console):
    assert console.post(ADD, fill.broker()).status_code == 302
    with as_owner():
        return Broker.objects.get(slug="harbour")


def change(broker):
    return f"/brokers/broker/{broker.pk}/change/"


def send(console, broker, **changes):
    with as_owner():
        return console.post(change(broker), fill.again(broker, **changes))


def state(**values):
    with as_owner():
        Domain.objects.update(**values)


def rows():
    with as_owner():
        return {(domain.host, domain.state) for domain in Domain.objects.all()}


def test_a_new_domain_is_pending_and_its_records_stand_ready(console, made):
    with as_owner():
        domain = made.domains.get()
    page = console.get(change(made)).content.decode()
    assert "Pending: the Broker has not proved yet" in page
    for text in ("cards.harbour.example", domain.target, "_imin-challenge.cards.harbour.example", domain.proof):
        assert f">{text}</code>" in page
    assert domain.target.endswith(".targets.localhost")


def test_the_state_cannot_be_typed(console, made):
    assert send(console, made, domains__0__state="active").status_code == 302
    assert rows() == {("cards.harbour.example", "pending")}


def test_the_same_name_typed_otherwise_is_no_change(console, made):
    state(state="active")
    assert send(console, made, domains__0__host="CARDS.harbour.example.").status_code == 302
    assert rows() == {("cards.harbour.example", "active")}


def test_another_name_is_another_domain_with_a_proof_of_its_own(console, made):
    state(state="active")
    with as_owner():
        before = made.domains.get()
    assert send(console, made, domains__0__host="pay.harbour.example").status_code == 302
    assert rows() == {("cards.harbour.example", "removed"), ("pay.harbour.example", "pending")}
    with as_owner():
        after = made.domains.get(state="pending")
    assert after.proof != before.proof
    assert after.target != before.target


def test_a_removed_domain_is_kept_in_quarantine_and_off_the_page(console, made):
    state(state="active")
    assert send(console, made, **{"domains-0-DELETE": "on"}).status_code == 302
    assert rows() == {("cards.harbour.example", "removed")}
    page = console.get(change(made)).content.decode()
    assert "_imin-challenge" not in page
    assert "cards.harbour.example" not in page.replace("For example cards", "")


def test_another_broker_is_told_when_the_name_is_free(console, made):
    state(state="active")
    send(console, made, **{"domains-0-DELETE": "on"})
    answer = console.post(ADD, fill.broker(name="Other", slug="other"))
    assert "was taken from Harbour Leisure (harbour) and is kept from other Brokers until" in answer.content.decode()


def test_a_broker_with_a_served_domain_is_not_deleted(console, made):
    state(state="failing")
    answer = console.post(f"/brokers/broker/{made.pk}/delete/", {"post": "yes"}, follow=True)
    assert "cannot be deleted while cards.harbour.example is its domain or in quarantine" in answer.content.decode()
    assert rows() == {("cards.harbour.example", "failing")}


def test_the_list_says_each_domains_state(console, made):
    assert "cards.harbour.example (pending)" in console.get("/brokers/broker/").content.decode()
