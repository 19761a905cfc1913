"""Pages for people behind every `url` of the open data, and the JSON-LD behind every `@id`."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, render_template

from sandbox.leisure import documents, opportunity, passes, wire
from sandbox.leisure.documents import LONDON
from sandbox.leisure.opportunity import COLUMNS, PATHS, Opportunity, from_row
from sandbox.leisure.pictures import picture
from sandbox.leisure.programme.sites import place
from sandbox.leisure.sellers import SELLERS
from sandbox.leisure.state import State
from sandbox.leisure.wire import CONTEXT, Document

_PAGES = {
    "sessions": "SessionSeries",
    "facilities": "FacilityUse",
    "courses": "CourseInstance",
    "headline-events": "HeadlineEvent",
    "events": "Event",
    "on-demand-events": "OnDemandEvent",
}
_NEXT = f"""
    SELECT {COLUMNS} FROM opportunity WHERE parent = %(parent)s AND removed IS NULL AND ends > %(now)s
    ORDER BY starts, unit LIMIT 12
"""  # noqa: S608 our own columns
_SOON = f"""
    SELECT {COLUMNS} FROM opportunity WHERE removed IS NULL AND dataset IS NULL AND ends > %(now)s AND remaining > 0
      AND kind = 'ScheduledSession'
    ORDER BY ends LIMIT 300
"""  # noqa: S608 our own columns
_STYLE = (Path(__file__).parent / "templates" / "leisure.css").read_bytes()


def blueprint(state: State) -> Blueprint:
    """Return the routes of pages, pictures and ids."""
    routes = Blueprint("shop", __name__)
    routes.add_url_rule("/", "home", lambda: _home(state))
    routes.add_url_rule("/leisure.css", "style", lambda: Response(_STYLE, mimetype="text/css"))
    routes.add_url_rule("/images/<name>.svg", "image", lambda name: _drawn(picture(name)))
    for name, draw in (("", passes.ticket), ("-code", passes.barcode)):
        routes.add_url_rule(f"/passes/<string(length=10):digits>{name}.svg", f"pass{name}", _pass(draw))
    routes.add_url_rule("/id/places/<int:number>", "place_id", lambda number: _said(state, place(number)))
    routes.add_url_rule("/id/sellers/<int:number>", "seller_id", lambda number: _said(state, _seller(number)))
    routes.add_url_rule("/places/<int:number>", "place", lambda number: _place(place(number)))
    routes.add_url_rule("/sellers/<int:number>", "seller", lambda number: _place(_seller(number)))
    for path, kind in _PAGES.items():
        routes.add_url_rule(f"/{path}/<int:number>", path, _page(state, kind))
    for kind, path in PATHS.items():
        routes.add_url_rule(f"/id/{path}/<int:number>", f"id_{path}", _document(state, kind))
    units = f"/id/{PATHS['FacilityUse']}/<int:number>/individual-facility-uses/<int:unit>"
    routes.add_url_rule(units, "unit_id", lambda number, unit: _unit(state, number, unit))
    return routes


def _unit(state: State, number: int, unit: int) -> Response:
    facility = _find(state, "FacilityUse", number)
    named = opportunity.unit_address(facility.address, unit)
    units: list[Document] = facility.data.get("individualFacilityUse", [])
    found = next((one for one in units if one["@id"] == named), None)
    return _said(state, {**found, "aggregateFacilityUse": facility.address}) if found else abort(404)


def _page(state: State, kind: str) -> Callable[[int], str]:
    def view(number: int) -> str:
        one = _find(state, kind, number)
        rows = state.store.rows(_NEXT, {"parent": one.id, "now": state.clock.now()})
        return render_template(
            "thing.html",
            name=one.data["name"],
            description=one.data.get("description"),
            image=_picture(one),
            facts=_facts(one),
            offers=one.offers,
            next=[{"when": _when(found.starts), "left": _left(found)} for found in map(from_row, rows)],
        )

    return view


def _document(state: State, kind: str) -> Callable[[int], Response]:
    return lambda number: _said(state, documents.in_feed(_find(state, kind, number)))


def _find(state: State, kind: str, number: int) -> Opportunity:
    with state.store.work() as work:
        one = opportunity.read(work, [number]).get(number)
    if not one or one.kind != kind or one.removed:
        abort(404)
    return one


def _home(state: State) -> str:
    with state.store.work() as work:
        found = [from_row(row) for row in work.execute(_SOON.encode(), {"now": state.clock.now()})]
        opportunity.add_parents(work, found)
        made = work.execute("SELECT size FROM made").fetchone()
    cards = [
        {
            "name": one.above.data["name"],
            "url": wire.outward_address(one.above.data["url"]),
            "image": _picture(one.above),
            "where": one.above.data.get("location", {}).get("name", "On your screen"),
            "when": _when(one.starts),
            "left": _left(one),
        }
        for one in _first_of_each(found)
        if one.above
    ]
    return render_template("home.html", next=cards, count=(made and made["size"]) or 0)


def _first_of_each(found: list[Opportunity]) -> list[Opportunity]:
    """Return a dozen of them, of different series and times, so that a gym does not fill the page."""
    first: dict[int | None, Opportunity] = {}
    for one in found:
        if one.starts and one.starts.astimezone(LONDON).hour > 5:
            first.setdefault(one.parent, one)
    return list(first.values())[:12]


def _place(thing: Document) -> str:
    address = thing.get("address", {})
    facts = [("Address", ", ".join(str(address[name]) for name in _ADDRESS if name in address))] if address else []
    facts += [("Telephone", thing["telephone"])] if "telephone" in thing else []
    return render_template("thing.html", name=thing["name"], facts=facts)


_ADDRESS = ("streetAddress", "addressLocality", "addressRegion", "postalCode")


def _seller(number: int) -> Document:
    if number not in SELLERS:
        abort(404)
    return SELLERS[number].in_order()


def _said(state: State, document: Document) -> Response:
    return wire.answer({"@context": CONTEXT, **document}, state.origin)


def _pass(draw: Callable[[str], str]) -> Callable[[str], Response]:
    return lambda digits: _drawn(draw(digits)) if digits.isascii() and digits.isdecimal() else abort(404)


def _drawn(svg: str) -> Response:
    return Response(svg, mimetype="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})


def _picture(one: Opportunity) -> str:
    images: list[Document] = one.data.get("image", [])
    return wire.outward_address(images[0]["url"]) if images else ""


def _facts(one: Opportunity) -> list[tuple[str, Any]]:
    site: Document = one.data.get("location", {})
    facts = [("Where", site.get("name", "On your screen")), ("Operator", SELLERS[one.seller].name)]
    if one.starts:
        facts += [("When", _when(one.starts)), ("Places", _left(one))]
    if ages := one.data.get("ageRange"):
        upto = ages.get("maxValue")
        facts.append(("Ages", f"{ages['minValue']} to {upto}" if upto else f"{ages['minValue']} and over"))
    return facts


def _when(moment: datetime | None) -> str:
    return f"{moment.astimezone(LONDON):%A %-d %B %Y, %H:%M}" if moment else ""


def _left(one: Opportunity) -> str:
    if one.remaining is None:
        return "Any number"
    if one.remaining == 0:
        return "Full"
    return "1 place left" if one.remaining == 1 else f"{one.remaining} places left"
