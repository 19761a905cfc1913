"""change-of-logistics-notifications: whoever booked is told of a new time, name or place, and of that only."""

import pytest

from tests.sandbox.leisure.partner import Json, Partner

WHEN = ("startDate", "endDate", "duration")
KINDS = ("ScheduledSession", "FacilityUseSlot", "IndividualFacilityUseSlot", "Event")


def _groups(thing: Json) -> dict[str, object]:
    """Return what the suite looks at, where it looks: at the thing itself, or else at its series, facility or court."""
    parent = thing.get("superEvent") or thing.get("facilityUse") or {}
    place = thing.get("location") or parent.get("location") or {}
    return {
        "Time": [thing[name] for name in WHEN],
        "Name": thing.get("name") or parent["name"],
        "Location": [place["name"], place["geo"], place["address"]],
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("changed", ["Time", "Name", "Location"])
def test_the_orders_feed_tells_of_the_change(partner: Partner, kind: str, changed: str) -> None:
    one, other = partner.make(kind=kind), partner.make(kind=kind)
    for order, of, type_ in ((o := partner.booked(one, one, other), one["@id"], one["@type"]), (o, o["@id"], "Order")):
        before = [_groups(item["orderedItem"]) for item in partner.call("GET", order["@id"]).json["orderedItem"]]
        assert partner.act(f"ChangeOfLogistics{changed}", of, type_).status_code == 204
        told = partner.orders_feed(order["identifier"])
        assert told
        after = [_groups(item["orderedItem"]) for item in told["data"]["orderedItem"]]
        differing = [{name for name in new if new[name] != old[name]} for new, old in zip(after, before, strict=True)]
        assert differing == [{changed}, {changed}, set()]
    again = partner.item(one["@type"], one["@id"])
    booked = order["orderedItem"][0]["orderedItem"]
    assert ([again[name] for name in WHEN] != [booked[name] for name in WHEN]) == (changed == "Time")


def test_an_unknown_opportunity_is_an_error(partner: Partner) -> None:
    answer = partner.act("ChangeOfLogisticsTime", "http://leisure.localhost:8001/id/slots/0", "Slot")
    assert answer.json["@type"] == "UnknownOpportunityError"
