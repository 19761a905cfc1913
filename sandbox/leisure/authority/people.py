"""Who can sign in: each seller's staff, who may let partners book, and its customers, who may link their account."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from werkzeug.security import check_password_hash, generate_password_hash

from sandbox.leisure.sellers import SELLERS, Seller
from sandbox.leisure.store import Store

STAFF = {1: "northgate", 2: "lido"}
PASSWORD = "open sesame"  # noqa: S105 everybody's, shown on the sign-in page
_COLUMNS = "id::text, number, seller, email, given_name, family_name, password"


@dataclass(frozen=True)
class Person:
    """Somebody who signed in; `sub` is `staff-1` or `customer-<uuid>`."""

    sub: str
    seller: Seller
    name: str
    email: str = ""

    @property
    def is_staff(self) -> bool:
        """Say whether they may let booking partners act for their seller."""
        return self.sub.startswith("staff-")

    @property
    def account(self) -> str:
        """Return the id of a customer's account; empty for staff."""
        return "" if self.is_staff else self.sub.removeprefix("customer-")


def signed_in(store: Store, username: str, password: str) -> Person | None:
    """Return who has this user name (staff) or e-mail address (customers) and password."""
    wanted = username.strip().lower()
    for number, name in STAFF.items():
        if wanted == name and password == PASSWORD:
            return known(store, f"staff-{number}")
    rows = store.rows(f"SELECT {_COLUMNS} FROM customer_account WHERE lower(email) = %(email)s", {"email": wanted})  # noqa: S608 our own columns
    return next((_customer(row) for row in rows if check_password_hash(row["password"], password)), None)


def known(store: Store, sub: str) -> Person | None:
    """Return the person who has this `sub`."""
    kind, _, key = sub.partition("-")
    if kind == "staff":
        return Person(sub, SELLERS[int(key)], f"the manager of {SELLERS[int(key)].name}")
    rows = store.rows(f"SELECT {_COLUMNS} FROM customer_account WHERE id = %(id)s", {"id": UUID(key)})  # noqa: S608 our own columns
    return _customer(rows[0]) if rows else None


def join(  # noqa: PLR0913 the fields of its form
    store: Store, *, seller: int, email: str, given_name: str, family_name: str, password: str
) -> Person | None:
    """Make a customer's account; None when the seller has one with that e-mail address already."""
    values = {
        "seller": seller,
        "email": email.strip(),
        "given": given_name.strip(),
        "family": family_name.strip(),
        "password": generate_password_hash(password),
    }
    rows = store.rows(
        "INSERT INTO customer_account (seller, email, given_name, family_name, password)"
        " VALUES (%(seller)s, %(email)s, %(given)s, %(family)s, %(password)s)"
        " ON CONFLICT DO NOTHING RETURNING id::text, number, seller, email, given_name, family_name, password",
        values,
    )
    return _customer(rows[0]) if rows else None


def _customer(row: dict[str, Any]) -> Person:
    name = f"{row['given_name']} {row['family_name']}".strip()
    return Person(f"customer-{row['id']}", SELLERS[row["seller"]], name, row["email"])
