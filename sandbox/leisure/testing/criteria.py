"""The criteria of OpenActive's test interface (openactive.io/test-interface): what an opportunity must be like."""

from dataclasses import dataclass, replace
from datetime import timedelta

OA = "https://openactive.io/"
WEEK, DAY = timedelta(days=7), timedelta(days=1)


@dataclass(frozen=True)
class Shape:
    """What an opportunity and its offer are like; the defaults are those of `TestOpportunityBookable`.

    `starts_in` is when it begins, from now; `window` holds `validFrom…` and `validThroughBeforeStartDate`, `latest` the
    end of free cancellation, all as ISO 8601 has them; `asks` is what the booking flow needs. An `orphan`'s series or
    facility was deleted.
    """

    starts_in: timedelta = WEEK
    capacity: int = 10
    remaining: int = 10
    pence: int = 1499
    prepayment: str = ""
    refund: bool = True
    latest: str = ""
    window: tuple[str, str] = ("", "")
    asks: tuple[str, ...] = ()
    online: bool = False
    orphan: bool = False


PAID = Shape()
FREE = replace(PAID, pence=0)
CRITERIA = {
    f"TestOpportunity{name}": shape
    for name, shape in {
        "Bookable": PAID,
        "BookableFree": FREE,
        "BookableNonFree": PAID,
        "BookableUsingPayment": PAID,
        "BookableNonFreePrepaymentRequired": replace(PAID, prepayment="Required"),
        "BookableNonFreePrepaymentOptional": replace(PAID, prepayment="Optional"),
        "BookableNonFreePrepaymentUnavailable": replace(PAID, prepayment="Unavailable"),
        "BookableNoSpaces": replace(PAID, remaining=0),
        "BookableOneSpace": replace(PAID, capacity=1, remaining=1),
        "BookableFiveSpaces": replace(PAID, capacity=5, remaining=5),
        "BookableInPast": replace(PAID, starts_in=-DAY),
        "BookableWithinValidFromBeforeStartDate": replace(PAID, window=("P14D", "")),
        "BookableOutsideValidFromBeforeStartDate": replace(PAID, window=("P2D", "")),
        "BookableCancellable": PAID,
        "BookableCancellableNoWindow": PAID,
        "BookableCancellableWithinWindow": replace(PAID, latest="P2D"),
        "BookableCancellableOutsideWindow": replace(PAID, latest="P14D"),
        "BookableNotCancellable": replace(PAID, refund=False),
        "BookableFreeCancellable": FREE,
        "BookableNonFreeCancellable": PAID,
        "BookableNonFreeTaxGross": PAID,
        "BookableNonFreeTaxNet": PAID,
        "BookableSellerTermsOfService": PAID,
        "BookableAttendeeDetails": replace(PAID, asks=("OpenBookingAttendeeDetails",)),
        "BookableAdditionalDetails": replace(PAID, asks=("OpenBookingIntakeForm",)),
        "BookableWithNegotiation": replace(PAID, asks=("OpenBookingNegotiation",)),
        "OnlineBookable": replace(PAID, online=True),
        "OfflineBookable": PAID,
    }.items()
}
OF_OUR_OWN = {"TestOpportunityIntractable": replace(PAID, orphan=True)}
EVERY = {**CRITERIA, **OF_OUR_OWN}
