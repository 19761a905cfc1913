"""The booking system as one WSGI application."""

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, Flask, Response
from werkzeug.exceptions import InternalServerError, MethodNotAllowed, NotFound

from sandbox.leisure import (
    book,
    cancel,
    control,
    customers,
    dataset_site,
    delete,
    feeds,
    order_feeds,
    order_status,
    propose,
    quote,
    shop,
    wire,
)
from sandbox.leisure.authority import endpoints as authority
from sandbox.leisure.background import Background
from sandbox.leisure.bad_days import BadDays
from sandbox.leisure.clock import Clock
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.programme.build import build
from sandbox.leisure.state import State
from sandbox.leisure.store import Store
from sandbox.leisure.testing import actions, datasets
from sandbox.world import World

SEED = "leisure"

PAGES: tuple[Callable[[State], Blueprint], ...] = (shop.blueprint, dataset_site.blueprint, feeds.blueprint)
API: tuple[Callable[[State], Blueprint], ...] = (
    quote.blueprint,
    propose.blueprint,
    book.blueprint,
    order_status.blueprint,
    cancel.blueprint,
    delete.blueprint,
    order_feeds.blueprint,
    datasets.blueprint,
    actions.blueprint,
    customers.blueprint,
)


def start(origin: str, dsn: str, passes: str = "") -> State:
    """Return the state of a booking system at `origin` whose database is the one that `dsn` names."""
    clock = Clock()
    state = State(origin, Store(dsn, clock.now()), clock)
    return replace(state, passes=passes) if passes else state


def of_world(world: World) -> Flask:
    """Return the application for the booking system of `world`, with its programme made."""
    assert world.leisure
    state = start(world.origin(world.leisure.host), world.leisure.dsn)
    build(state, size=world.leisure.opportunities, seed=SEED)
    Background(state)
    return create(state)


def create(state: State) -> Flask:
    """Return the application."""
    app = Flask("sandbox.leisure", static_folder=None)
    for page in PAGES:
        app.register_blueprint(page(state))
    for endpoint in API:
        app.register_blueprint(endpoint(state), url_prefix="/api")
    authority.register(state, app)
    days = BadDays(state)
    days.register(app)
    app.register_blueprint(control.blueprint(days))

    def refuse(error: OpenBookingError) -> Response:
        return wire.answer(error.document, state.origin, error.status, error.headers)

    app.register_error_handler(OpenBookingError, refuse)
    app.register_error_handler(NotFound, lambda _: refuse(OpenBookingError("UnknownOrIncorrectEndpointError")))
    app.register_error_handler(MethodNotAllowed, lambda _: refuse(OpenBookingError("MethodNotAllowedError")))
    app.register_error_handler(InternalServerError, lambda _: refuse(OpenBookingError("InternalApplicationError")))
    return app
