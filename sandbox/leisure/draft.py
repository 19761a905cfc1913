"""An Order while it is being quoted, proposed or booked: what was asked, and what is found out about it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sandbox.leisure.authenticate import Caller
from sandbox.leisure.capacity import OrderKey, Places
from sandbox.leisure.errors import described
from sandbox.leisure.opportunity import Opportunity, price
from sandbox.leisure.wire import Document

RESELLER = "https://openactive.io/ResellerBroker"
STILL_PRICED = {"IncompleteAttendeeDetailsError", "IncompleteIntakeFormError", "InvalidIntakeFormError"}


@dataclass(frozen=True)
class Stage:
    """One of the calls by which an Order comes about (Open Booking API, "Booking flow")."""

    name: str
    document: str
    path: str
    needs_customer: bool = True
    final: bool = True  # money is due, so the total and the payment are looked at


C1 = Stage("C1", "OrderQuote", "order-quotes", needs_customer=False, final=False)
C2 = Stage("C2", "OrderQuote", "order-quotes", final=False)
P = Stage("P", "OrderProposal", "order-proposals")
B = Stage("B", "Order", "orders")


@dataclass
class Line:
    """One OrderItem: as sent, and what it was found to mean; `extra` is what features add to its answer."""

    sent: Document
    one: Opportunity | None = None
    offer: Document | None = None
    errors: list[Document] = field(default_factory=list)
    tax_pence: int = 0
    extra: Document = field(default_factory=dict)

    @property
    def pence(self) -> int:
        """Return the price of its offer; 0 while that is unknown."""
        return price(self.offer) if self.offer else 0

    @property
    def counts(self) -> bool:
        """Say whether its price is part of the total: the missing details of a person do not change it."""
        return bool(self.offer) and all(error["@type"] in STILL_PRICED for error in self.errors)

    def fail(self, kind: str, description: str = "", instance: str = "") -> None:
        """Add an error to the answer's item."""
        self.errors.append(described(kind, description, instance))


@dataclass
class Draft:
    """The whole of it; `places` holds the locked opportunities."""

    stage: Stage
    caller: Caller
    uuid: UUID
    body: Document
    now: datetime
    lines: list[Line] = field(default_factory=list)
    places: Places | None = None

    @property
    def key(self) -> OrderKey:
        """Return what the Order is known by."""
        return (self.caller.partner, self.uuid)

    @property
    def failed(self) -> bool:
        """Say whether any item has an error."""
        return any(line.errors for line in self.lines)

    @property
    def wanted(self) -> Counter[int]:
        """Return how many places of each opportunity are asked for."""
        return Counter(line.one.id for line in self.lines if line.one)

    @property
    def net(self) -> bool:
        """Say whether tax comes on top of the prices."""
        return self.caller.seller.tax_mode == "TaxNet"

    @property
    def untaxed(self) -> bool:
        """Say whether tax is left to the broker, who resells, as not every seller works it out for resellers."""
        return self.body.get("brokerRole") == RESELLER and not self.caller.seller.taxes_resellers

    @property
    def total_pence(self) -> int:
        """Return what is to be paid, tax included, without the items that cannot be booked."""
        return sum(line.pence + (line.tax_pence if self.net else 0) for line in self.lines if line.counts)

    @property
    def needs_approval(self) -> bool:
        """Say whether the seller must accept a proposal first."""
        return any("https://openactive.io/OpenBookingApproval" in flow(line) for line in self.lines)


def flow(line: Line) -> list[str]:
    """Return what the item's offer asks of the booking flow."""
    found: list[str] = (line.offer or {}).get("openBookingFlowRequirement", [])
    return found
