"""`expand[]`: ids replaced by the objects that they name, at most four deep."""

from collections.abc import Iterable
from typing import Any

from sandbox.pay.errors import ApiError, invalid
from sandbox.pay.render import render
from sandbox.pay.store import Record
from sandbox.pay.work import Work

DEPTH = 4
# Object → member → the object that the member names.
_LINKS = {
    "payment_method": {"customer": "customer"},
    "customer": {"invoice_settings.default_payment_method": "payment_method"},
    "setup_intent": {
        "customer": "customer",
        "payment_method": "payment_method",
        "latest_attempt": "setup_attempt",
        "mandate": "mandate",
        "on_behalf_of": "account",
    },
    "setup_attempt": {
        "customer": "customer",
        "payment_method": "payment_method",
        "setup_intent": "setup_intent",
        "on_behalf_of": "account",
    },
    "payment_intent": {
        "customer": "customer",
        "payment_method": "payment_method",
        "latest_charge": "charge",
        "on_behalf_of": "account",
        "transfer_data.destination": "account",
    },
    "charge": {
        "customer": "customer",
        "payment_intent": "payment_intent",
        "balance_transaction": "balance_transaction",
        "refunds": "refunds",
        "transfer": "transfer",
        "application_fee": "application_fee",
        "on_behalf_of": "account",
        "transfer_data.destination": "account",
    },
    "refund": {
        "charge": "charge",
        "payment_intent": "payment_intent",
        "balance_transaction": "balance_transaction",
        "transfer_reversal": "transfer_reversal",
    },
    "mandate": {"payment_method": "payment_method"},
    "transfer": {
        "destination": "account",
        "destination_payment": "charge",
        "source_transaction": "charge",
        "balance_transaction": "balance_transaction",
    },
    "transfer_reversal": {"transfer": "transfer", "source_refund": "refund"},
    "application_fee": {
        "account": "account",
        "charge": "charge",
        "balance_transaction": "balance_transaction",
    },
    "customer_session": {"customer": "customer"},
    "capability": {"account": "account"},
}


def check(answers: str, paths: Iterable[str]) -> None:
    """Raise a 400 for a path that the object (`list:` of objects) called `answers` does not have."""
    for path in paths:
        if path.count(".") >= DEPTH:
            raise invalid(f"expand goes at most {DEPTH} levels deep.", param="expand")
        name, rest = answers, path
        if name.startswith("list:"):
            if not path.startswith("data."):
                raise _cannot(path)
            name, rest = name.removeprefix("list:"), path.removeprefix("data.")
        while rest:
            _, name, rest = _step(name, rest)


def _step(name: str, path: str) -> tuple[str, str, str]:
    """Return the first link in `path`, the object that it leads to and what is left of the path."""
    for link, target in _LINKS.get(name, {}).items():
        if path == link or path.startswith(link + "."):
            return link, target, path[len(link) + 1 :]
    raise _cannot(path)


def _cannot(path: str) -> ApiError:
    return invalid(f"This property cannot be expanded ({path}).", param="expand")


def apply(work: Work, record: Record, answers: str, paths: Iterable[str]) -> Record:
    """Return `record` rendered, with objects in place of the ids at `paths`, which have been checked."""
    shown = render(record)
    for path in paths:
        if answers.startswith("list:"):
            for entry in shown["data"]:
                _into(work, entry, answers.removeprefix("list:"), path.removeprefix("data."))
        else:
            _into(work, shown, answers, path)
    return shown


def _into(work: Work, shown: Record, name: str, path: str) -> None:
    link, target, rest = _step(name, path)
    *outer, last = link.split(".")
    holder: Any = shown
    for part in outer:
        holder = (holder or {}).get(part)
    if holder and target == "refunds":
        holder[last] = _refunds(work, shown)
    if not holder or holder.get(last) is None:
        return
    if isinstance(holder[last], str):
        found = work.look(target, holder[last])
        if found is None:
            return
        holder[last] = render(found)
    if rest:
        _into(work, holder[last], target, rest)


def _refunds(work: Work, charge: Record) -> Record:
    """Return the list that a charge has only when it is asked for."""
    found = [render(refund) for refund in work.every("refund") if refund["charge"] == charge["id"]]
    return {"object": "list", "data": found[::-1], "has_more": False, "url": f"/v1/refunds?charge={charge['id']}"}
