"""The open feeds: order, pages, what late commits do, and what is deleted."""

import pytest

from sandbox.leisure import feeds
from tests.sandbox.leisure.partner import ORIGIN, Partner

SERIES = f"{ORIGIN}/feeds/session-series"


def test_a_page_says_how_long_it_may_be_kept(partner: Partner) -> None:
    partner.make()
    first = partner.call("GET", SERIES)
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    assert first.headers["Content-Type"] == "application/vnd.openactive.rpde+json; version=1"
    assert first.json["license"] == "https://creativecommons.org/licenses/by/4.0/"
    last = partner.call("GET", first.json["next"])
    assert last.headers["Cache-Control"] == "public, max-age=8"
    assert last.json["next"] == first.json["next"]


def test_items_are_ordered_by_64_bit_stamp_and_id(partner: Partner) -> None:
    for _ in range(3):
        partner.make()
    items = partner.feed(f"{ORIGIN}/feeds/scheduled-sessions")
    places = [(item["modified"], item["id"]) for item in items]
    assert places == sorted(places)
    assert len({item["id"] for item in items}) == len(items)
    assert 2**32 < places[0][0] < places[-1][0] < 2**53  # the official validator looks for the last page there


def test_what_commits_late_is_missed_by_nobody(partner: Partner, state) -> None:
    end = f"{ORIGIN}/feeds/events"
    while partner.call("GET", end).json["items"]:
        end = partner.call("GET", end).json["next"]
    with state.store.work() as late:
        late.execute("INSERT INTO opportunity (kind, seller, data) VALUES ('Event', 1, '{\"name\": \"late\"}')")
        with state.store.work() as early:
            early.execute("INSERT INTO opportunity (kind, seller, data) VALUES ('Event', 1, '{\"name\": \"early\"}')")
        seen = partner.call("GET", end).json
        assert [item["data"]["name"] for item in seen["items"]] == []
    after = partner.call("GET", seen["next"]).json
    assert [item["data"]["name"] for item in after["items"]] == ["late", "early"]


def test_the_emptied_dataset_is_deleted_in_the_feed_and_no_other(partner: Partner) -> None:
    gone = {partner.make(dataset="emptied")["@id"] for _ in range(2)}
    stays = partner.make(dataset="left alone")["@id"]
    answer = partner.call("DELETE", "/test-interface/datasets/emptied", bare=True)
    assert answer.status_code == 204
    items = {item["id"]: item for item in partner.feed(f"{ORIGIN}/feeds/scheduled-sessions")}
    deleted = [items[int(address.rpartition("/")[2])] for address in gone]
    assert [(item["state"], "data" in item) for item in deleted] == [("deleted", False)] * 2
    assert items[int(stays.rpartition("/")[2])]["state"] == "updated"


@pytest.mark.parametrize("kind", feeds.PATHS)
def test_every_kind_has_a_feed(partner: Partner, kind: str) -> None:
    assert partner.call("GET", f"{ORIGIN}/feeds/{feeds.PATHS[kind]}").status_code == 200
