import re

import pytest

from imin.ground import clock
from tests.cards.person import text

YEAR = clock.now().year + 5


def path(card) -> str:
    return f"/edit/cards/{card.id}"


def form(card, **values) -> dict[str, object]:
    """Return the form of `card` as a browser sends it back, with `values` typed over."""
    return {
        "version": card.version,
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "holder_name": card.holder_name,
        "nickname": card.nickname,
        **card.address,
        **values,
    }


def tag(page, name: str) -> str:
    """Return the input called `name`."""
    return re.search(rf'<(?:input|select)[^>]*\bname="{name}"[^>]*>', page.content.decode()).group()


def test_the_form_shows_the_card_as_it_is(alex):
    card = alex.card(exp_month=6, exp_year=YEAR, holder_name="A. Example", address={"city": "Leeds", "country": "IE"})
    page = alex.get(path(card))
    assert 'value="06"' in tag(page, "exp_month")
    assert f'value="{YEAR}"' in tag(page, "exp_year")
    assert 'value="A. Example"' in tag(page, "holder_name")
    assert 'value="Leeds"' in tag(page, "city")
    assert '<option value="IE" selected>Ireland</option>' in page.content.decode()
    assert "<details open>" in page.content.decode()


def test_the_address_is_folded_away_while_there_is_none(alex):
    assert "<details>" in alex.get(path(alex.card(address={"country": "GB"}))).content.decode()


def test_the_default_card_is_not_asked_to_become_it(alex):
    assert "make_default" in alex.get(path(alex.card())).content.decode()
    assert "make_default" not in alex.get(path(alex.card(is_default=True))).content.decode()


def test_changes_are_saved_and_said_on_the_list(sam, shop):
    shop.saved("4242424242424242")
    card = shop.saved("5555555555554444")
    typed = form(card, exp_month="09", exp_year=YEAR, nickname="Club", postal_code="LS1 1AA", make_default="on")
    response = sam.post(path(card), typed)
    assert (response.status_code, response["Location"]) == (303, "/edit")
    saved = shop.card(card)
    assert (saved.exp_month, saved.exp_year, saved.nickname, saved.is_default) == (9, YEAR, "Club", True)
    assert saved.address["postal_code"] == "LS1 1AA"
    assert "Your changes are saved: Mastercard ending in 4444." in text(sam.get())


def test_a_year_may_be_typed_with_two_digits(sam, shop):
    card = shop.saved()
    sam.post(path(card), form(card, exp_year=str(YEAR % 100)))
    assert shop.card(card).exp_year == YEAR


def test_problems_stand_beside_their_fields_and_the_first_has_the_focus(alex):
    card = alex.card()
    page = alex.post(path(card), form(card, exp_month="13", exp_year="2020", nickname="1234"))
    assert page.status_code == 422
    assert "Nothing was saved." in text(page)
    for name in ("exp_month", "exp_year", "nickname"):
        described = re.search(r'aria-describedby="([^"]+)"', tag(page, name)).group(1).split()
        assert f"{name}-problem" in described
        assert f'id="{name}-problem"' in page.content.decode()
        assert f'href="#{name}"' in page.content.decode()
        assert 'aria-invalid="true"' in tag(page, name)
    assert "autofocus" in tag(page, "exp_month")
    assert page.content.decode().count("autofocus") == 1
    assert 'value="13"' in tag(page, "exp_month")
    assert alex.stored(card).nickname == ""


@pytest.mark.parametrize(
    ("month", "year"), [("June", str(YEAR)), ("6", "soon"), ("", ""), ("٦", str(YEAR)), ("6", "20301")]
)
def test_an_expiry_that_is_not_made_of_numbers_is_explained(alex, month, year):
    card = alex.card()
    page = alex.post(path(card), form(card, exp_month=month, exp_year=year))
    assert page.status_code == 422
    assert "number" in text(page)
    assert alex.stored(card).version == card.version


def test_a_problem_in_the_address_opens_it(alex):
    card = alex.card()
    page = alex.post(path(card), form(card, city="x" * 101))
    assert "<details open>" in page.content.decode()
    assert "autofocus" in tag(page, "city")


def test_the_second_of_two_tabs_sees_the_newer_state_and_what_was_typed(alex):
    card = alex.card(nickname="Old")
    first = alex.post(path(card), form(card, nickname="First tab"))
    assert first.status_code == 303
    page = alex.post(path(card), form(card, nickname="Second tab"))
    assert page.status_code == 409
    assert "changed in the meantime, so your changes were not saved" in text(page)
    assert 'value="First tab"' in tag(page, "nickname")
    assert "You had typed: Second tab" in text(page)
    assert f'name="version" value="{alex.stored(card).version}"' in page.content.decode()
    assert alex.stored(card).nickname == "First tab"


def test_sending_the_same_form_twice_is_fine(alex):
    card = alex.card()
    typed = form(card, nickname="Club")
    assert [alex.post(path(card), typed).status_code for _ in range(2)] == [303, 303]


def test_an_expired_card_does_not_become_the_default(alex):
    card = alex.card(exp_year=clock.now().year - 1)
    page = alex.post(path(card), form(card, make_default="on"))
    assert page.status_code == 409
    assert "has expired" in text(page)
    assert not alex.stored(card).is_default


def test_when_the_payment_service_does_not_answer_the_form_says_what_becomes_of_it(sam, shop):
    card = shop.saved()
    with shop.fault("down"):
        page = sam.post(path(card), form(card, exp_year=YEAR))
    assert page.status_code == 503
    assert "Your changes are kept and will be saved" in text(page)
    assert f'value="{YEAR}"' in tag(page, "exp_year")


def test_a_card_that_is_gone_is_said_to_be(alex):
    card = alex.removed()
    for response in (alex.get(path(card)), alex.post(path(card), form(card))):
        assert response.status_code == 404
        assert "This card is not saved any more." in text(response)


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 10, "²"])
def test_a_form_without_a_version_is_not_ours(alex, version):
    card = alex.card()
    page = alex.post(path(card), form(card, version=version))
    assert page.status_code == 400
    assert "Nothing was saved" in text(page)


@pytest.mark.parametrize("field", ["nickname", "holder_name", "line1", "city", "postal_code", "exp_year", "unknown"])
def test_a_card_number_in_any_field_is_refused_and_explained(alex, field):
    card = alex.card()
    page = alex.post(path(card), form(card, **{field: "4242 4242 4242 4242"}))
    assert page.status_code == 400
    assert "That looks like a card number" in text(page)
    assert "4242 4242" not in page.content.decode()


def test_countries_stand_where_their_letters_are_looked_for(alex):
    page = alex.get(path(alex.card())).content.decode()
    names = re.findall(r"<option[^>]*>([^<]+)</option>", page)
    assert names.index("Åland Islands") < names.index("Albania") < names.index("Côte d’Ivoire") < names.index("Croatia")
