"""What the feeds link to is there: a page for every `url`, JSON-LD for every `@id`, a picture for every image."""

import re

import pytest

from sandbox.leisure import app, passes
from sandbox.leisure.opportunity import PATHS
from tests.sandbox.leisure.partner import OA, ORIGIN, Partner


@pytest.mark.parametrize("kind", PATHS)
def test_an_items_addresses_answer(programme: app.State, kind: str) -> None:
    partner = Partner(app.create(programme))
    data = partner.call("GET", f"{ORIGIN}/feeds/{PATHS[kind]}").json["items"][0]["data"]
    assert partner.call("GET", data["@id"]).json == data
    if "url" in data:
        page = partner.call("GET", data["url"])
        assert f"<h1>{data['name']}</h1>" in page.text
    for image in data.get("image", []):
        assert partner.call("GET", image["url"]).mimetype == "image/svg+xml"
    for named in (data.get("location"), data.get("organizer"), data.get("provider")):
        if named:
            assert partner.call("GET", named["@id"]).json["name"] == named["name"]
            assert named["name"] in partner.call("GET", named["url"]).text


def test_a_court_answers_for_itself(programme: app.State) -> None:
    partner = Partner(app.create(programme))
    facilities = [item["data"] for item in partner.feed(f"{ORIGIN}/feeds/facility-uses")]
    whole = next(one for one in facilities if "individualFacilityUse" in one)
    court = whole["individualFacilityUse"][-1]
    said = partner.call("GET", court["@id"]).json
    assert (said["name"], said["aggregateFacilityUse"]) == (court["name"], whole["@id"])


def test_the_home_page_shows_what_is_next(programme: app.State) -> None:
    page = Partner(app.create(programme)).call("GET", f"{ORIGIN}/").text
    assert "1,000 opportunities" in page
    assert "places left" in page


@pytest.mark.parametrize("path", ["/sessions/0", "/sellers/3", "/id/slots/0", "/nowhere"])
def test_what_is_not_there_is_not_found(programme: app.State, path: str) -> None:
    answer = Partner(app.create(programme)).call("GET", f"{ORIGIN}{path}", bare=True)
    assert answer.status_code == 404
    assert answer.json["@context"] == OA


def test_a_booked_pass_has_pictures(partner: Partner, state: app.State) -> None:
    one = partner.make()
    dataset = "UPDATE opportunity SET dataset = %(to)s WHERE id = %(id)s RETURNING id"
    state.store.rows(dataset, {"to": None, "id": one["identifier"]})  # as if the programme had it
    ticket, code = partner.booked(one)["orderedItem"][0]["accessPass"]
    assert partner.call("GET", ticket["url"]).mimetype == "image/svg+xml"
    assert f"Barcode {code['text']}" in partner.call("GET", code["url"]).text
    assert partner.call("GET", f"{ORIGIN}/passes/0123456x89.svg").status_code == 404
    state.store.rows(dataset, {"to": "tests", "id": one["identifier"]})
    assert all(shown["url"].startswith("https://") for shown in partner.booked(one)["orderedItem"][0]["accessPass"])


def test_the_barcode_is_code_128() -> None:
    assert len(set(passes._WIDTHS)) == len(passes._WIDTHS) == 106
    assert all(sum(map(int, one)) == 11 and sum(map(int, one[::2])) % 2 == 0 for one in passes._WIDTHS)
    values = re.findall("......", passes.widths("1234567890")[:-7])
    numbers = [passes._WIDTHS.index(one) for one in values]
    assert numbers == [105, 12, 34, 56, 78, 90, (105 + 12 + 2 * 34 + 3 * 56 + 4 * 78 + 5 * 90) % 103]
