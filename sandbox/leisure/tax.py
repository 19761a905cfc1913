"""VAT: contained in the prices of a seller with TaxGross, added to those of one with TaxNet."""

from collections.abc import Iterable

from sandbox.leisure.draft import Draft
from sandbox.leisure.money import priced
from sandbox.leisure.wire import Document

PERCENT = 20


def add(draft: Draft) -> None:
    """Work out each item's tax."""
    of = 100 if draft.net else 100 + PERCENT
    for line in draft.lines:
        line.tax_pence = (line.pence * PERCENT * 2 + of) // (of * 2)
        if line.offer:
            line.extra["unitTaxSpecification"] = [charge(line.tax_pence)]


def total(amounts: Iterable[int]) -> list[Document]:
    """Return `totalPaymentTax` for items taxed with these amounts, in pence."""
    return [charge(sum(amounts))]


def charge(amount: int) -> Document:
    """Return a tax of `amount` pence as JSON-LD."""
    return {"@type": "TaxChargeSpecification", "name": f"VAT at {PERCENT}%", **priced(amount), "rate": PERCENT / 100}
