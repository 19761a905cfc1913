"""Customer accounts at a seller, as a broker links them (Linked Accounts).

Whether an e-mail address is known may be asked for any seller that the partner acts for. An account itself is seen
only once its customer has signed in at the `authority` with `openactive-identity` for that partner; with
`prompt=create` they make it there first. No partner ever sees a password.
"""

import json
from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from sandbox.leisure.authenticate import Caller, caller
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.state import State
from sandbox.leisure.wire import OWN, Document, answer, body, nothing

_DETAILS = {"givenName": "given_name", "familyName": "family_name", "email": "email", "telephone": "telephone"}
_FIND = """
    SELECT id::text, number, seller, email, given_name, family_name, telephone, access_pass, entitlement
    FROM customer_account JOIN linked_account ON account = id
    WHERE id = %(id)s AND seller = %(seller)s AND partner = %(partner)s
"""
_LINK = """
    INSERT INTO linked_account (partner, account, linked) VALUES (%(partner)s, %(id)s, %(now)s)
    ON CONFLICT (partner, account) DO NOTHING RETURNING account
"""


def blueprint(state: State) -> Blueprint:
    """Return the routes `/customer-accounts`."""
    routes = Blueprint("customers", __name__)
    view = _Views(state)
    routes.add_url_rule("/customer-accounts/matching", "matching", view.matching, methods=["POST"])
    routes.add_url_rule("/customer-accounts/<uuid:account>", "show", view.show)
    routes.add_url_rule("/customer-accounts/<uuid:account>", "change", view.change, methods=["PATCH"])
    routes.add_url_rule("/customer-accounts/<uuid:account>", "disconnect", view.disconnect, methods=["DELETE"])
    return routes


class _Views:
    def __init__(self, state: State) -> None:
        self.state = state

    def matching(self) -> Response:
        """Say whether the seller has an account with the e-mail address in the body."""
        who = caller(self.state)
        email = _text(body(self.state.origin), "email")
        query = "SELECT 1 FROM customer_account WHERE seller = %(seller)s AND lower(email) = lower(%(email)s)"
        rows = self.state.store.rows(query, {"seller": who.seller.number, "email": email.strip()})
        return answer({"matchingEmailExists": bool(rows)}, self.state.origin)

    def show(self, account: UUID) -> Response:
        """Return the linked account."""
        return answer(_document(self._linked(caller(self.state), account)), self.state.origin)

    def change(self, account: UUID) -> Response:
        """Change details of the customer, the access pass or the entitlement; what is not named stays."""
        who = caller(self.state)
        self._linked(who, account)
        sent = body(self.state.origin)
        values = _changes(sent)
        if values:
            sets = ", ".join(f"{column} = %({column})s" for column in values)
            query = f"UPDATE customer_account SET {sets} WHERE id = %(id)s RETURNING id"  # noqa: S608 our own columns
            self.state.store.rows(query, {**values, "id": account})
        return answer(_document(self._linked(who, account)), self.state.origin)

    def disconnect(self, account: UUID) -> Response:
        """Forget that the partner may see the account; the account stays."""
        who = caller(self.state)
        values = {"partner": who.partner, "account": account}
        query = "DELETE FROM linked_account WHERE partner = %(partner)s AND account = %(account)s RETURNING 1"
        if not self.state.store.rows(query, values):
            raise OpenBookingError("NotFoundError", "No such account is linked.")
        return nothing()

    def _linked(self, who: Caller, account: UUID) -> dict[str, Any]:
        values = {"id": account, "seller": who.seller.number, "partner": who.partner}
        rows = self.state.store.rows(_FIND, values)
        if not rows:
            raise OpenBookingError("NotFoundError", "No such account is linked.")
        return dict(rows[0])


def link(state: State, *, partner: str, account: str) -> None:
    """Let the partner see the account, now that its customer has allowed it."""
    state.store.rows(_LINK, {"partner": partner, "id": UUID(account), "now": state.clock.now()})


def _document(row: dict[str, Any]) -> Document:
    details = {name: row[column] for name, column in _DETAILS.items() if row[column]}
    document: Document = {
        "@context": ["https://openactive.io/", "https://openactive.io/ns-beta"],
        "@type": "CustomerAccount",
        "@id": f"{OWN}api/customer-accounts/{row['id']}",
        "identifier": row["id"],
        "accountNumber": str(row["number"]),
        "customer": {"@type": "Person", **details},
        "seller": f"{OWN}id/sellers/{row['seller']}",
        "hasHiddenEntitlements": False,
    }
    more = {"accessPass": row["access_pass"], "entitlement": row["entitlement"]}
    return document | {name: [value] for name, value in more.items() if value}


def _changes(sent: Document) -> dict[str, Any]:
    person = sent.get("customer", {})
    if not isinstance(person, dict):
        raise OpenBookingError("InternalOpenBookingError", "`customer` is an object.")
    values: dict[str, Any] = {column: _text(person, name) for name, column in _DETAILS.items() if name in person}
    for name, column in (("accessPass", "access_pass"), ("entitlement", "entitlement")):
        if name in sent:
            values[column] = json.dumps(sent[name]) if sent[name] else None
    return values


def _text(document: Document, name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value.strip():
        raise OpenBookingError("InternalOpenBookingError", f"`{name}` is a text that is not empty.")
    return value
