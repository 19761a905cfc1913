"""terms/terms-of-service-for-booking-system, …-for-seller: what one agrees to, at every stage and in the open data."""

from tests.sandbox.leisure.partner import Json, Partner
from tests.sandbox.leisure.stages import each, each_flow, each_kind


def _fine(terms: list[Json]) -> bool:
    return bool(terms) and all(
        one["url"].startswith("https://") and one["name"] and one["requiresExplicitConsent"] in (True, False)
        for one in terms
    )


@each_flow
def test_every_answer_names_those_of_the_service_and_of_the_seller(partner: Partner, *, approval: bool) -> None:
    one = partner.make("BookableSellerTermsOfService", approval=approval)
    for answer in each(partner, one, approval=approval).values():
        assert _fine(answer.json["bookingService"]["termsOfService"])
        assert _fine(answer.json["seller"]["termsOfService"])


@each_kind
def test_the_open_data_names_those_of_the_seller(partner: Partner, kind: str) -> None:
    one = partner.make("BookableSellerTermsOfService", kind)
    seller = one["superEvent"]["organizer"] if kind == "ScheduledSession" else _facility(partner, one)["provider"]
    assert _fine(seller["termsOfService"])


def _facility(partner: Partner, slot: Json) -> Json:
    whole = slot["facilityUse"].partition("/individual-facility-uses")[0]
    return partner.item("FacilityUse", whole)
