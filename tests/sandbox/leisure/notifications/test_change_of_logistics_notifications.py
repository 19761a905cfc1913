"""change-of-logistics-notifications: whoever booked is told of a new time, name or place, and of that only."""

import pytest

from tests.sandbox.leisure.partner import Json, Partner

WHEN = ("startDate", "endDate")


def _groups(thing: Json) -> dict[str, object]:
    parent = thing.get("superEvent") or thing["facilityUse"]
    whole = parent.get("aggregateFacilityUse", parent)
    return {"Time": [thing[name] for name in WHEN], "Name": whole["name"], "Location": whole["location"]}


@pytest.mark.parametrize("kind", ["ScheduledSession", "IndividualFacilityUseSlot"])
@pytest.mark.parametrize("changed", ["Time", "Name", "Location"])
def test_the_orders_feed_tells_of_the_change(partner: Partner, kind: str, changed: str) -> None:
    one = partner.make(kind=kind)
    order = partner.booked(one, one)
    before = _groups(order["orderedItem"][0]["orderedItem"])
    assert partner.act(f"ChangeOfLogistics{changed}", one["@id"], one["@type"]).status_code == 204
    told = partner.orders_feed(order["identifier"])
    assert told
    for item in told["data"]["orderedItem"]:
        after = _groups(item["orderedItem"])
        assert {name for name in after if after[name] != before[name]} == {changed}
    again = partner.item(one["@type"], one["@id"])
    assert ([again[name] for name in WHEN] != before["Time"]) == (changed == "Time")


def test_an_unknown_opportunity_is_an_error(partner: Partner) -> None:
    answer = partner.act("ChangeOfLogisticsTime", "http://leisure.localhost:8001/id/slots/0", "Slot")
    assert answer.json["@type"] == "UnknownOpportunityError"
