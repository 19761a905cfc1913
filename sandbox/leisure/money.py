"""Prices: whole pence within, decimal pounds on the wire."""

from typing import Any

CURRENCY = "GBP"


def pence(price: object) -> int | None:
    """Return a price of the wire in pence; None when it is no number."""
    if isinstance(price, bool) or not isinstance(price, int | float):
        return None
    return round(price * 100)


def pounds(amount: int) -> int | float:
    """Return `amount` pence as the wire has it: a whole number where it is one."""
    return amount // 100 if amount % 100 == 0 else amount / 100


def priced(amount: int) -> dict[str, Any]:
    """Return the members that state a price."""
    return {"price": pounds(amount), "priceCurrency": CURRENCY}
