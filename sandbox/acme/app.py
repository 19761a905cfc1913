"""All Brokers' sites as one WSGI callable, told apart by host."""

import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request

from sandbox.acme import brand, control, endpoints, forms, headers, pages, provider
from sandbox.acme.keys import KeyRing
from sandbox.acme.site import Site
from sandbox.world import Broker, World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def create(world: World, data: Path) -> "WSGIApplication":
    """Return the sites of every Broker in `world`; signing keys are kept in the folder `data`.

    A host that belongs to no Broker gets a bare 404.
    """
    sites = {
        broker.host: _app(_site(broker, world.origin(broker.host), data), number)
        for number, broker in enumerate(world.brokers)
    }

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        host = Request(environ).host.partition(":")[0].lower()
        return sites.get(host, NotFound())(environ, start_response)

    return application


def _site(broker: Broker, issuer: str, data: Path) -> Site:
    return Site(
        broker=broker,
        issuer=issuer,
        keys=KeyRing(data / "acme" / f"{broker.slug}.json"),
    )


def _app(site: Site, number: int) -> Flask:
    app = Flask(__name__)
    app.secret_key = secrets.token_bytes(32)
    app.config.update(
        SESSION_COOKIE_NAME="acme_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=64 * 1024,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(pages.blueprint(site))
    app.register_blueprint(endpoints.blueprint(site, provider.create(site, app)))
    app.register_blueprint(control.blueprint(site))
    app.register_blueprint(brand.blueprint(site.broker, number))
    app.context_processor(
        lambda: {"broker": site.broker, "session": site.current(), "form_token": forms.token, "site": site}
    )
    app.register_error_handler(404, pages.missing)
    app.after_request(headers.protect(site))
    return app
