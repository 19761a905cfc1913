"""What must be so of each item, in this order; the first that fails is the item's error."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from sandbox.leisure import attendee, durations, intake_form, opportunity
from sandbox.leisure.draft import Draft, Line
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.store import Work
from sandbox.leisure.wire import Document, id_of

REQUIRED = "https://openactive.io/Required"
UNAVAILABLE = "https://openactive.io/Unavailable"


def resolve(work: Work, draft: Draft) -> set[int]:
    """Return the numbers of the opportunities that the items name."""
    _ = work
    named = [opportunity.number(id_of(item.get("orderedItem"))) for item in draft.body["orderedItem"]]
    draft.lines = [Line(item) for item in draft.body["orderedItem"]]
    return {found[1] for found in named if found}


def is_complete(line: Line, draft: Draft) -> None:
    """Demand that it names an opportunity and an offer."""
    _ = draft
    for name in ("acceptedOffer", "orderedItem"):
        if not id_of(line.sent.get(name)):
            line.fail("IncompleteOrderItemError", f"{name} is missing.")
            return


def ids_are_ours(line: Line, draft: Draft) -> None:
    """Demand that both ids are of the kind that this system gives."""
    _ = draft
    if not opportunity.number(id_of(line.sent["orderedItem"])):
        line.fail("InvalidOpportunityOrOfferIdError", "orderedItem is no id of this system.")
    elif not opportunity.is_offer(id_of(line.sent["acceptedOffer"])):
        line.fail("InvalidOpportunityOrOfferIdError", "acceptedOffer is no id of this system.")


def opportunity_is_known(line: Line, draft: Draft) -> None:
    """Demand that the opportunity exists."""
    named = id_of(line.sent["orderedItem"])
    found = opportunity.number(named)
    one = draft.places.rows.get(found[1]) if found and draft.places else None
    if not one or one.address != named or one.removed:
        line.fail("UnknownOpportunityError")
    else:
        line.one = one


def offer_is_known(line: Line, draft: Draft) -> None:
    """Demand that the offer exists, for this opportunity."""
    _ = draft
    line.offer = line.one.offer(id_of(line.sent["acceptedOffer"])) if line.one else None
    if not line.offer:
        line.fail("UnknownOfferError")


def seller_matches(line: Line, draft: Draft) -> None:
    """Refuse the whole request when another seller sells it."""
    if line.one and line.one.seller != draft.caller.seller.number:
        raise OpenBookingError("SellerMismatchError", f"The item at position {line.sent.get('position')}.")


def state_is_consistent(line: Line, draft: Draft) -> None:
    """Refuse what the system contradicts itself about: its series or facility is gone, though it is still there."""
    _ = draft
    one = line.one
    if one and one.parent and (not one.above or one.above.removed):
        line.fail("OpportunityIntractableError", "What it is part of has been deleted.")


def pair_is_bookable(line: Line, draft: Draft) -> None:
    """Demand that it is "bookable": it lies ahead, was not cancelled, and the offer is open just now."""
    if line.one and line.offer and (why := _why_not(line, draft.now)):
        line.fail("OpportunityOfferPairNotBookableError", why)


def prepayments_agree(draft: Draft) -> None:
    """Refuse items that must be paid for in advance beside items that cannot be."""
    paid = [line for line in draft.lines if line.offer and line.pence and not line.errors]
    wanted = {(line.offer or {}).get("openBookingPrepayment", REQUIRED) for line in paid}
    if {REQUIRED, UNAVAILABLE} <= wanted:
        for line in paid:
            if (line.offer or {}).get("openBookingPrepayment", REQUIRED) in (REQUIRED, UNAVAILABLE):
                line.fail(
                    "OpportunityIsInConflictError", "Prepayment is required for one, and unavailable for another."
                )


def places_are_free(draft: Draft) -> None:
    """Demand that enough places are left; those that others lease are told from those that are gone."""
    places = draft.places
    groups: dict[int, list[Line]] = defaultdict(list)
    for line in draft.lines:
        if line.one:
            groups[line.one.id].append(line)
    for number, lines in groups.items():
        free = places.free(number) if places else None
        if not places or free is None or len(lines) <= free:
            continue
        leased = places.others[number]
        for index, line in enumerate(lines[free:]):
            if index < leased:
                line.fail("OpportunityCapacityIsReservedByLeaseError")
            elif free or leased:
                line.fail("OpportunityHasInsufficientCapacityError")
            else:
                line.fail("OpportunityIsFullError")


ITEM_CHECKS: tuple[Callable[[Line, Draft], None], ...] = (
    is_complete,
    ids_are_ours,
    opportunity_is_known,
    offer_is_known,
    seller_matches,
    state_is_consistent,
    pair_is_bookable,
)
TOGETHER_CHECKS: tuple[Callable[[Draft], None], ...] = (
    prepayments_agree,
    places_are_free,
    attendee.check,
    intake_form.check,
)


def run(draft: Draft) -> None:
    """Look at every item, and then at all together."""
    for line in draft.lines:
        for check in ITEM_CHECKS:
            check(line, draft)
            if line.errors:
                break
    for together in TOGETHER_CHECKS:
        together(draft)


def tell_unacceptable(work: Work, draft: Draft) -> None:
    """Tell an offer that belongs to something else from one that there never was."""
    for line in draft.lines:
        if [error["@type"] for error in line.errors] == ["UnknownOfferError"]:
            id_ = id_of(line.sent["acceptedOffer"])
            owner = opportunity.number(id_.partition("#")[0])
            found = opportunity.read(work, [owner[1]]) if owner else {}
            if any(one.offer(id_) for one in found.values()):
                line.errors.clear()
                line.fail("UnacceptableOfferError")


def _why_not(line: Line, now: datetime) -> str:
    """Return why the pair cannot be booked, empty when it can."""
    one, offer = line.one, line.offer or {}
    if not one or one.cancelled:
        return "It was cancelled."
    if offer.get("openBookingInAdvance") == UNAVAILABLE:
        return "It cannot be booked in advance."
    if one.starts and one.starts <= now:
        return "It lies in the past."
    return _window(offer, one.starts, now) if one.starts else ""


def _window(offer: Document, starts: datetime, now: datetime) -> str:
    opens, closes = offer.get("validFromBeforeStartDate"), offer.get("validThroughBeforeStartDate")
    if opens and now < starts - durations.parse(opens):
        return "Its booking window has not opened yet."
    if closes and now > starts - durations.parse(closes):
        return "Its booking window has closed."
    return ""
