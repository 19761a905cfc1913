"""test-interface: what is made fits its criterion, by the criteria's own words (openactive.io/test-interface)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.leisure import durations
from sandbox.leisure.app import State
from sandbox.leisure.testing import showcase
from sandbox.leisure.testing.criteria import CRITERIA
from tests.sandbox.leisure.partner import OA, Json, Partner

KINDS = ("ScheduledSession", "FacilityUseSlot", "IndividualFacilityUseSlot", "Event")
SOON = timedelta(hours=2)
NEVER = ("TestOpportunityBookableFreePrepaymentOptional", "TestOpportunityBookableFreePrepaymentRequired")
Rule = Callable[[Json, Json], bool]


def _length(offer: Json, name: str) -> timedelta | None:
    return durations.parse(offer[name]) if name in offer else None


def _start(thing: Json) -> datetime:
    return datetime.fromisoformat(thing["startDate"])


def _left(thing: Json) -> int:
    return int(thing.get("remainingAttendeeCapacity", thing.get("remainingUses")))


def _seller(thing: Json) -> Json:
    parent = thing.get("superEvent") or thing.get("facilityUse") or thing
    return dict(parent.get("organizer") or parent.get("provider") or thing["organizer"])


def future(thing: Json, offer: Json) -> bool:
    unpaid = offer["price"] > 0 and offer.get("openBookingPrepayment") == f"{OA}Unavailable"
    return _start(thing) > datetime.now(UTC) + SOON and "eventStatus" not in thing and not unpaid


def no_details(thing: Json, offer: Json) -> bool:
    asks = offer.get("openBookingFlowRequirement", [])
    return not {f"{OA}OpenBookingAttendeeDetails", f"{OA}OpenBookingIntakeForm"} & set(asks)


def open_now(thing: Json, offer: Json) -> bool:
    now, start = datetime.now(UTC), _start(thing)
    opens, closes = _length(offer, "validFromBeforeStartDate"), _length(offer, "validThroughBeforeStartDate")
    return (opens is None or now > start - opens) and (closes is None or now + SOON < start - closes)


def bookable_extras(thing: Json, offer: Json) -> bool:
    return (
        _left(thing) >= 2
        and _seller(thing)["isOpenBookingAllowed"] is True
        and offer.get("openBookingInAdvance") != f"{OA}Unavailable"
        and open_now(thing, offer)
    )


def bookable(thing: Json, offer: Json) -> bool:
    return future(thing, offer) and no_details(thing, offer) and bookable_extras(thing, offer)


def free(thing: Json, offer: Json) -> bool:
    prepayment = offer.get("openBookingPrepayment", f"{OA}Unavailable")
    return bookable(thing, offer) and offer["price"] == 0 and prepayment == f"{OA}Unavailable"


def paid(thing: Json, offer: Json) -> bool:
    return bookable(thing, offer) and offer["price"] > 0


def prepaid(word: str, *, unless_absent: bool = False) -> Rule:
    def rule(thing: Json, offer: Json) -> bool:
        said = offer.get("openBookingPrepayment")
        return paid(thing, offer) and (said == f"{OA}{word}" or (unless_absent and said is None))

    return rule


def unpaid(thing: Json, offer: Json) -> bool:
    said = offer.get("openBookingPrepayment") == f"{OA}Unavailable"
    ahead = _start(thing) > datetime.now(UTC) + SOON
    return said and ahead and offer["price"] > 0 and no_details(thing, offer) and bookable_extras(thing, offer)


def capacity(wanted: int) -> Rule:
    return lambda thing, offer: future(thing, offer) and no_details(thing, offer) and _left(thing) == wanted


def past(thing: Json, offer: Json) -> bool:
    return datetime.fromisoformat(thing["endDate"]) < datetime.now(UTC) and _left(thing) >= 2


def window(thing: Json, offer: Json) -> bool:
    return bookable(thing, offer) and bool({"validFromBeforeStartDate", "validThroughBeforeStartDate"} & set(offer))


def outside_window(thing: Json, offer: Json) -> bool:
    now, start = datetime.now(UTC), _start(thing)
    opens, closes = _length(offer, "validFromBeforeStartDate"), _length(offer, "validThroughBeforeStartDate")
    early, late = opens and now + SOON < start - opens, closes and now > start - closes
    return future(thing, offer) and no_details(thing, offer) and _left(thing) >= 2 and bool(early or late)


def cancellable(*, window: bool | None = None, too_late: bool = False) -> Rule:
    def rule(thing: Json, offer: Json) -> bool:
        latest = _length(offer, "latestCancellationBeforeStartDate")
        if window is not None and window is not (latest is not None):
            return False
        now, ends = datetime.now(UTC), _start(thing) - (latest or timedelta())
        allowed = offer["allowCustomerCancellationFullRefund"] is True
        return bookable(thing, offer) and allowed and (now > ends if too_late else now + SOON < ends)

    return rule


def not_cancellable(thing: Json, offer: Json) -> bool:
    return bookable(thing, offer) and offer["allowCustomerCancellationFullRefund"] is False


def both(*rules: Rule) -> Rule:
    return lambda thing, offer: all(rule(thing, offer) for rule in rules)


def asks(word: str, without: str) -> Rule:
    def rule(thing: Json, offer: Json) -> bool:
        said = offer.get("openBookingFlowRequirement", [])
        fits = f"{OA}{word}" in said and f"{OA}{without}" not in said
        return future(thing, offer) and bookable_extras(thing, offer) and fits

    return rule


def taxed(mode: str) -> Rule:
    return lambda thing, offer: paid(thing, offer) and _seller(thing)["taxMode"] == f"{OA}{mode}"


def terms(thing: Json, offer: Json) -> bool:
    return bookable(thing, offer) and len(_seller(thing)["termsOfService"]) >= 1


def mode(*wanted: str) -> Rule:
    def rule(thing: Json, offer: Json) -> bool:
        parent = thing.get("superEvent") or {}
        said = (thing.get("eventAttendanceMode") or parent.get("eventAttendanceMode") or "").rpartition("/")[2]
        return bookable(thing, offer) and said.removesuffix("EventAttendanceMode") in wanted

    return rule


RULES: dict[str, Rule] = {
    "Bookable": bookable,
    "BookableFree": free,
    "BookableNonFree": paid,
    "BookableUsingPayment": paid,
    "BookableNonFreePrepaymentRequired": prepaid("Required", unless_absent=True),
    "BookableNonFreePrepaymentOptional": prepaid("Optional"),
    "BookableNonFreePrepaymentUnavailable": unpaid,
    "BookableNoSpaces": capacity(0),
    "BookableOneSpace": capacity(1),
    "BookableFiveSpaces": capacity(5),
    "BookableInPast": past,
    "BookableWithinValidFromBeforeStartDate": window,
    "BookableOutsideValidFromBeforeStartDate": outside_window,
    "BookableCancellable": cancellable(),
    "BookableCancellableNoWindow": cancellable(window=False),
    "BookableCancellableWithinWindow": cancellable(window=True),
    "BookableCancellableOutsideWindow": cancellable(window=True, too_late=True),
    "BookableNotCancellable": not_cancellable,
    "BookableFreeCancellable": both(free, cancellable()),
    "BookableNonFreeCancellable": both(paid, cancellable()),
    "BookableNonFreeTaxGross": taxed("TaxGross"),
    "BookableNonFreeTaxNet": taxed("TaxNet"),
    "BookableSellerTermsOfService": terms,
    "BookableAttendeeDetails": asks("OpenBookingAttendeeDetails", "OpenBookingIntakeForm"),
    "BookableAdditionalDetails": asks("OpenBookingIntakeForm", "OpenBookingAttendeeDetails"),
    "BookableWithNegotiation": asks("OpenBookingNegotiation", "OpenBookingIntakeForm"),
    "OnlineBookable": mode("Online", "Mixed"),
    "OfflineBookable": mode("Offline", ""),
}


def _whole(partner: Partner, one: Json) -> Json:
    """Return an opportunity with its facility in it, as the suite looks at it."""
    if one["@type"] != "Slot":
        return one
    facility = one["facilityUse"].partition("/individual-facility-uses/")[0]
    return {**one, "facilityUse": partner.item("FacilityUse", facility)}


def test_every_criterion_is_known_but_the_two_that_break_the_specification(partner: Partner) -> None:
    assert {f"TestOpportunity{name}" for name in RULES} == set(CRITERIA)
    for name in NEVER:
        assert name not in CRITERIA
        wish = {"test:testOpportunityCriteria": f"{OA}test-interface#{name}", **partner._shape("Event")}
        assert partner.call("POST", "/test-interface/datasets/tests/opportunities", wish).status_code == 500


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("flow", ["Simple", "Approval"])
def test_what_is_made_fits(partner: Partner, kind: str, flow: str) -> None:
    wrong, approval = [], flow == "Approval"
    for name, rule in RULES.items():
        if kind.endswith("Slot") and name == "OnlineBookable":
            continue  # a court is somewhere
        who = Partner(partner.app, seller=2) if name.endswith("TaxNet") else partner
        one = _whole(who, who.make(name, kind, approval=approval))
        offers = one.get("offers") or one["superEvent"]["offers"]
        asked = f"{OA}OpenBookingApproval" in offers[0].get("openBookingFlowRequirement", [])
        if not rule(one, offers[0]) or len(offers) != 1 or asked is not approval:
            wrong.append(name)
    assert wrong == []


def test_the_showcase_has_something_for_every_criterion_kind_and_flow(partner: Partner, state: State) -> None:
    """Random mode picks from the feeds, and fails where nothing fits."""
    showcase.fill(state, 1)
    numbers = "SELECT id FROM opportunity WHERE dataset = 'showcase' AND removed IS NULL AND kind NOT IN %s"
    rows = state.store.rows(numbers % "('SessionSeries', 'FacilityUse')")
    shown = {
        kind: partner._open(kind) for kind in ("SessionSeries", "FacilityUse", "ScheduledSession", "Slot", "Event")
    }
    ours = {row["id"] for row in rows}
    met: set[tuple[str, bool, int, str]] = set()
    for kind in ("ScheduledSession", "Slot", "Event"):
        for one in shown[kind].values():
            if one["identifier"] in ours:
                met |= _what_it_fits(_with_parent(one, shown))
    kinds = ("ScheduledSession", "Slot", "Slot of a unit", "Event")
    for name in RULES:
        for kind in kinds:
            sellers = {"TaxGross": [1], "TaxNet": [2]}.get(name.removeprefix("BookableNonFree"), [1, 2])
            for seller in sellers if not (name == "OnlineBookable" and kind.startswith("Slot")) else ():
                assert {(kind, approval, seller, name) for approval in (False, True)} <= met
    showcase.fill(state, 0)
    assert state.store.rows(numbers % "('SessionSeries', 'FacilityUse')") == []


def _with_parent(one: Json, shown: dict[str, dict[str, Json]]) -> Json:
    if "superEvent" in one:
        return {**one, "superEvent": shown["SessionSeries"][one["superEvent"]]}
    if "facilityUse" in one:
        facility = shown["FacilityUse"][one["facilityUse"].partition("/individual-facility-uses/")[0]]
        return {**one, "facilityUse": facility, "unit": facility["@id"] != one["facilityUse"]}
    return one


def _what_it_fits(one: Json) -> set[tuple[str, bool, int, str]]:
    offer = (one.get("offers") or one["superEvent"]["offers"])[0]
    approval = f"{OA}OpenBookingApproval" in offer.get("openBookingFlowRequirement", [])
    kind = "Slot of a unit" if one.get("unit") else one["@type"]
    seller = int(_seller(one)["@id"].rpartition("/")[2])
    return {(kind, approval, seller, name) for name, rule in RULES.items() if rule(one, offer)}
