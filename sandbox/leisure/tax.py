"""VAT: contained in the prices of a seller with TaxGross, added to those of one with TaxNet.

A seller may leave it to a broker who resells: `taxCalculationExcluded` says so, and prices and total are without tax
(Open Booking API, "Tax calculation").
"""

from collections.abc import Iterable

from sandbox.leisure.draft import Draft
from sandbox.leisure.money import priced
from sandbox.leisure.wire import Document

PERCENT = 20


def add(draft: Draft) -> None:
    """Work out each item's tax, unless it is left to the broker."""
    if draft.untaxed:
        return
    for line in draft.lines:
        line.tax_pence = of(line.pence, net=draft.net)
        if line.offer:
            line.extra["unitTaxSpecification"] = [charge(line.tax_pence)]


def of(pence: int, *, net: bool) -> int:
    """Return the tax on a price of `pence`, or contained in it; half a penny is rounded up."""
    whole = 100 if net else 100 + PERCENT
    return (pence * PERCENT * 2 + whole) // (whole * 2)


def said(amounts: Iterable[int], *, excluded: bool) -> Document:
    """Return what an Order says of the tax on items taxed with these amounts, in pence."""
    return {"taxCalculationExcluded": True} if excluded else {"totalPaymentTax": total(amounts)}


def total(amounts: Iterable[int]) -> list[Document]:
    """Return `totalPaymentTax` for items taxed with these amounts, in pence."""
    return [charge(sum(amounts))]


def charge(amount: int) -> Document:
    """Return a tax of `amount` pence as JSON-LD."""
    return {"@type": "TaxChargeSpecification", "name": f"VAT at {PERCENT}%", **priced(amount), "rate": PERCENT / 100}
