"""Some of everything that the criteria ask for, in the feeds from the start: what the suite's random mode books.

The programme is believable, and so has no court that asks for the name of who plays, nor a video call in the past.
"""

from sandbox.leisure.sellers import SELLERS
from sandbox.leisure.state import State
from sandbox.leisure.testing import datasets
from sandbox.leisure.testing.criteria import CRITERIA
from sandbox.leisure.testing.make import Wish, make

DATASET = "showcase"
KINDS = (
    ("ScheduledSession", "SessionSeries"),
    ("Slot", "FacilityUse"),
    ("Slot", "IndividualFacilityUse"),
    ("Event", ""),
)


def fill(state: State, each: int) -> None:
    """Make `each` of every criterion, kind, flow and seller, in the place of those that were made before."""
    datasets.empty(state, DATASET)
    for kind, parent in KINDS if each else ():
        for criterion in CRITERIA:
            with state.store.work() as work:
                for wish in _wishes(kind, parent, criterion):
                    for _ in range(each):
                        make(work, wish, state.clock.now())


def _wishes(kind: str, parent: str, criterion: str) -> list[Wish]:
    """Return who sells it in which flow: a court is nowhere online, and a seller has one tax mode."""
    if kind == "Slot" and criterion == "TestOpportunityOnlineBookable":
        return []
    modes = {"TestOpportunityBookableNonFreeTaxGross": "TaxGross", "TestOpportunityBookableNonFreeTaxNet": "TaxNet"}
    wanted = modes.get(criterion)
    return [
        Wish(kind, parent, seller.number, criterion, approval=approval, dataset=DATASET)
        for seller in SELLERS.values()
        for approval in (False, True)
        if wanted in (None, seller.tax_mode)
    ]
