"""Sending a recorded scenario to our booking system, and noting where it answers otherwise.

Opportunities are made by our test interface, as the scenario made them by the reference system's, and then get the
price that they had there: where a criterion leaves it open, the reference system throws dice.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from sandbox.leisure import app
from tests.sandbox.leisure.partner import API, BROKER, ORIGIN, Json, Partner, offer
from tests.sandbox.leisure.recorded import forms
from tests.sandbox.leisure.recorded.lines import lines

RECORDED: Json = json.loads((Path(__file__).parent / "scenarios.json").read_text(encoding="utf-8"))
_PERSON = {
    "{email}": "sam@example.com",
    "{givenName}": "Sam",
    "{familyName}": "Specimen",
    "{telephone}": "01632 960999",
    "{identifier}": "customer-1",
}
_PRICE = """
    UPDATE opportunity SET data = jsonb_set(data::jsonb, '{offers,0,price}', to_jsonb(%(price)s::numeric))
    WHERE data::jsonb -> 'offers' -> 0 ->> '@id' = %(offer)s
"""


@dataclass
class Replay:
    """One scenario on its way through; `found` are its differences, in the order in which they were met."""

    state: app.State
    partner: Partner
    things: dict[str, Json] = field(default_factory=dict)
    uuids: dict[str, str] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    versions: dict[str, list[str]] = field(default_factory=dict)
    due: dict[str, float] = field(default_factory=dict)
    form: list[Json] = field(default_factory=list)
    found: list[str] = field(default_factory=list)

    def run(self, steps: list[Json]) -> list[str]:
        special: dict[str, Callable[[Json], None]] = {
            name: getattr(self, f"_{name}") for name in ("make", "left", "act", "feed", "absent", "never", "dataset")
        }
        for step in steps:
            special.get(step["do"], self._call)(step)
        return self.found

    # ── steps ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _make(self, step: Json) -> None:
        kind = {"SessionSeries": "ScheduledSession", "FacilityUse": "FacilityUseSlot"}.get(
            step["parent"], f"{step['parent']}Slot"
        )
        owner = replace(self.partner, seller=step["seller"])
        made = owner.make(step["criterion"], kind=kind, approval=step["approval"])
        if step["price"] is not None and offer(made)["price"] != step["price"]:
            values = {"price": step["price"], "offer": offer(made)["@id"].replace(f"{ORIGIN}/", "leisure:/")}
            with self.state.store.work() as work:
                assert work.execute(_PRICE.encode(), values).rowcount == 1
            made = owner.item(made["@type"], made["@id"])
        self.things[step["as"]] = made

    def _left(self, step: Json) -> None:
        self._same("places left", step["left"], self.partner.left(self.things[step["of"]]))

    def _act(self, step: Json) -> None:
        answer = self.partner.act(step["action"], self._filled(step["of"], ""), step["type"])
        self._same(f"{step['action']} status", step["status"], answer.status_code)

    def _feed(self, step: Json) -> None:
        told = self.partner.orders_feed(self._uuid(step["of"]), f"{step['feed']}-rpde")
        where = f"{step['feed']} feed"
        self._same(f"{where} state", step["state"], told and told["state"])
        data = told.get("data") if told else None
        if not data:
            return
        self._version(self._uuid(step["of"]), data)
        if "items" in step:
            now = [item["orderItemStatus"].rpartition("/")[2] for item in data["orderedItem"]]
            self._same(f"{where} items", step["items"], now)
        self._compare(where, step["lines"], data)

    def _absent(self, step: Json) -> None:
        other = replace(self.partner, name=step["partner"])
        self._same("in another partner's feed", None, other.orders_feed(self._uuid(step["of"])))

    def _never(self, step: Json) -> None:
        """Free of charge, and yet to be prepaid: the two criteria that break the specification."""
        rows = self.state.store.rows("SELECT data FROM opportunity WHERE removed IS NULL AND data IS NOT NULL")
        offers = [one for row in rows for one in row["data"].get("offers", [])]
        wanted = f"https://openactive.io/{step['criterion'].rpartition('Prepayment')[2]}"
        wrong = [one for one in offers if not one["price"] and one.get("openBookingPrepayment") == wanted]
        self._same(step["criterion"], [], wrong)

    def _dataset(self, step: Json) -> None:
        page = self.partner.call("GET", f"{ORIGIN}/openactive", bare=True).text
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        assert found
        self._compare("dataset site", step["lines"], json.loads(found[1]))

    def _call(self, step: Json) -> None:
        named = re.search(r"\{(U\d+)\}", step["path"])
        uuid = self._uuid(named[1]) if named else ""
        body = self._filled(RECORDED["bodies"][step["body"]], uuid) if "body" in step else None
        path = step["path"].replace(named[0], uuid) if named else step["path"]
        answer = self.partner.call(step["method"], path, body, bare=step["do"] == "UnknownEndpoint")
        where = f"{step['do']} {step['status']}"
        self._same(f"{where} status", step["status"], answer.status_code)
        said = answer.json if answer.data else None
        recorded = step.get("errors")
        wanted = [_kinds(names) for names in recorded] if isinstance(recorded, list) else recorded
        self._same(f"{where} errors", wanted, errors(said))
        if named and said:
            self._learn(named[1], said)
        if said and "seller" in said and body and step["do"] != "C1" and "customer" in body:
            self._same(f"{where} customer", body["customer"], said.get("customer"))
        if "lines" in step and said:
            self._compare(where, step["lines"], said)

    # ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _uuid(self, name: str) -> str:
        return self.uuids.setdefault(name, str(uuid4()))

    def _learn(self, name: str, said: Json) -> None:
        """Keep what later requests name: totals, items, versions, the form."""
        if "totalPaymentDue" in said:
            self.due[self._uuid(name)] = said["totalPaymentDue"]["price"]
        self._version(self._uuid(name), said)
        for index, item in enumerate(said.get("orderedItem", [])):
            if "@id" in item:
                self.items[f"{name}.item {index}"] = item["@id"]
            self.form = item.get("orderItemIntakeForm", self.form)

    def _version(self, uuid: str, said: Json) -> None:
        version, known = said.get("orderProposalVersion"), self.versions.setdefault(uuid, [])
        if version and version not in known:
            known.append(version)

    def _filled(self, value: Any, uuid: str) -> Any:
        """Return a recorded value with our names in it."""
        if isinstance(value, dict):
            full = {key: self._filled(inner, uuid) for key, inner in value.items()}
            if "orderItemIntakeFormResponse" in full:
                full["orderItemIntakeFormResponse"] = forms.answers(full["orderItemIntakeFormResponse"], self.form)
            if str(full.get("price", "")).startswith("{"):
                full["price"] = self._price(full["price"], uuid)
            return full
        if isinstance(value, list):
            return [self._filled(inner, uuid) for inner in value]
        if value == "{broker}":
            return BROKER
        return self._name(value) if isinstance(value, str) and value.startswith("{") else value

    def _name(self, value: str) -> Any:
        name, tail = value[1:].split("}", 1)
        kind, _, rest = name.partition(" ")
        if value in _PERSON or name in ("due", "sum"):
            return _PERSON.get(value, value)
        if kind == "seller":
            return f"{ORIGIN}/id/sellers/{rest}"
        if kind in ("orders", "order-proposals"):
            return f"{API}/{kind}/{self._uuid(rest.removeprefix('of '))}"
        if kind.endswith(".version"):
            return self.versions[self._uuid(kind.removesuffix(".version"))][int(rest) - 1]
        ids = {key: thing["@id"] for key, thing in self.things.items()}
        offers = {f"{key}.offer": offer(thing)["@id"] for key, thing in self.things.items()}
        return {**ids, **offers, **self.items}[name] + tail

    def _price(self, named: str, uuid: str) -> float:
        base = self.due.get(uuid) if named.startswith("{due}") else None
        if base is None:
            base = sum(offer(thing)["price"] for thing in self.things.values())
        return round(base + (1 if named.endswith("+1") else 0), 2)

    # ── differences ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _same(self, what: str, recorded: Any, ours: Any) -> None:
        if recorded != ours:
            self.found.append(f"{what}: {recorded} there, {ours} here")

    def _compare(self, where: str, shape: int, said: Json) -> None:
        recorded = {RECORDED["paths"][number] for number in RECORDED["shapes"][shape]}
        ours = lines(said)
        self.found += [f"{where} - {line}" for line in sorted(recorded - ours)]
        self.found += [f"{where} + {line}" for line in sorted(ours - recorded)]


def errors(said: Any) -> Any:
    """Return the error's type, or each item's errors' types; None without any."""
    if not isinstance(said, dict):
        return None
    if str(said.get("@type", "")).endswith("Error"):
        return said["@type"]
    found = [_kinds([error["@type"] for error in item.get("error", [])]) for item in said.get("orderedItem", [])]
    return found if any(found) else None


def _kinds(names: list[str]) -> list[str]:
    """Return each kind of error once, for a form has as many wrong answers as it has questions."""
    return list(dict.fromkeys(names))
