"""access/access-code, access-pass-image, access-pass-barcode-seller-provided, access-channel: how one gets in."""

from tests.sandbox.leisure.partner import Partner
from tests.sandbox.leisure.stages import each_flow, each_kind, through

DATA = {"accessCode", "accessPass", "accessChannel"}


@each_kind
@each_flow
def test_a_booking_opens_the_door(partner: Partner, kind: str, *, approval: bool) -> None:
    one = partner.make("OfflineBookable", kind, approval=approval)
    order = through(partner, one, one, approval=approval).json
    for item in order["orderedItem"]:
        assert all(code["name"] and code["description"] for code in item["accessCode"])
        assert all(shown["url"].startswith("https://") for shown in item["accessPass"])
        barcode = next(shown for shown in item["accessPass"] if shown["@type"] == "Barcode")
        assert barcode["text"].isdecimal()
        assert barcode["beta:codeType"] == "code128"
        assert "accessChannel" not in item
    codes = {item["accessCode"][0]["description"] for item in order["orderedItem"]}
    assert len(codes) == 2
    assert "https://openactive.io/ns-beta" in order["@context"]


@each_flow
def test_who_stays_at_home_learns_where_to_dial_in(partner: Partner, *, approval: bool) -> None:
    one = partner.make("OnlineBookable", approval=approval)
    order = through(partner, one, approval=approval).json
    item = order["orderedItem"][0]
    assert item["accessChannel"]["@type"] == "VirtualLocation"
    assert item["accessChannel"]["url"]
    assert DATA & set(item) == {"accessChannel"}


@each_flow
def test_before_the_booking_there_is_none(partner: Partner, *, approval: bool) -> None:
    one = partner.make("OfflineBookable", approval=approval)
    answers = [partner.c1(one), partner.c2(one), *([partner.p(one)] if approval else [])]
    assert all(not DATA & set(answer.json["orderedItem"][0]) for answer in answers)


def test_it_stays_the_same_however_often_one_asks(partner: Partner) -> None:
    order = partner.booked(partner.make())
    assert (
        partner.call("GET", order["@id"]).json["orderedItem"][0]["accessCode"] == order["orderedItem"][0]["accessCode"]
    )
