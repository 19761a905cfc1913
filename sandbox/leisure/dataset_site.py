"""The dataset site: a page for people with the JSON-LD by which software finds the feeds and the booking API."""

import json

from flask import Blueprint, render_template

from sandbox.leisure.opportunity import PATHS
from sandbox.leisure.pages import LICENCE
from sandbox.leisure.sellers import BOOKING_SERVICE, SELLERS
from sandbox.leisure.state import State
from sandbox.leisure.wire import API, OWN, Document, outward

_TYPES = {"Event": "https://schema.org/Event", "OnDemandEvent": "https://schema.org/OnDemandEvent"}
NAME = "Sessions and facilities of Northgate Leisure and Lido and Loft"
DESCRIPTION = (
    "Classes, courses, swims, courts and events of two made-up operators, with places left and prices, for trying "
    "software on. Nothing here takes place."
)


def blueprint(state: State) -> Blueprint:
    """Return the routes `/openactive` and `/openactive/openid`: without an `authenticationAuthority`, and with ours."""
    routes = Blueprint("dataset_site", __name__)

    @routes.get("/openactive")
    @routes.get("/openactive/<any(openid):authentication>")
    def site(authentication: str = "") -> str:
        described = json.dumps(describe(with_authority=bool(authentication)), ensure_ascii=False, indent=2)
        text = outward(described, state.origin).replace("</", r"<\/")
        return render_template("dataset.html", dataset=json.loads(text), json=text)

    return routes


def describe(*, with_authority: bool = False) -> Document:
    """Return the Dataset as JSON-LD (Dataset API Discovery)."""
    authority = {"authenticationAuthority": f"{OWN}authority"} if with_authority else {}
    return {
        "@context": ["https://schema.org/", "https://openactive.io/"],
        "@type": "Dataset",
        "@id": f"{OWN}openactive",
        "url": f"{OWN}openactive",
        "name": NAME,
        "description": DESCRIPTION,
        "keywords": ["Sessions", "Facilities", "Activities", "Sports", "Physical Activity", "OpenActive"],
        "license": LICENCE,
        "discussionUrl": "https://leisure.example/discussion",
        "documentation": "https://developer.openactive.io/",
        "inLanguage": ["en-GB"],
        "schemaVersion": "https://openactive.io/modelling-opportunity-data/2.0/",
        "datePublished": "2026-01-05T09:00:00+00:00",
        "publisher": _publisher(),
        "bookingService": BOOKING_SERVICE,
        "accessService": _access_service() | authority,
        "distribution": [_feed(kind) for kind in PATHS],
    }


def _publisher() -> Document:
    seller = SELLERS[1].in_feed()
    return {"@type": "Organization"} | {name: seller[name] for name in ("name", "legalName", "url", "logo")}


def _access_service() -> Document:
    return {
        "@type": "WebAPI",
        "name": "Open Booking API",
        "description": "Quotes, bookings and cancellations for everything in these feeds.",
        "conformsTo": ["https://openactive.io/open-booking-api/EditorsDraft/"],
        "endpointDescription": "https://www.openactive.io/open-booking-api/EditorsDraft/swagger.json",
        "endpointUrl": API,
        "landingPage": f"{OWN}openactive",
        "documentation": "https://permalink.openactive.io/dataset-site/open-booking-api-documentation",
        "termsOfService": "https://leisure.example/api-terms",
    }


def _feed(kind: str) -> Document:
    return {
        "@type": "DataDownload",
        "identifier": kind,
        "name": kind,
        "additionalType": _TYPES.get(kind, f"https://openactive.io/{kind}"),
        "encodingFormat": "application/vnd.openactive.rpde+json; version=1",
        "contentUrl": f"{OWN}feeds/{PATHS[kind]}",
    }
