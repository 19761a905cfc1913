"""The payment service on loopback, and the official SDK that talks to it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import stripe
from requests.adapters import HTTPAdapter
from werkzeug.serving import WSGIRequestHandler, make_server

from sandbox.pay import app
from sandbox.world import World
from tests.sandbox import world as worlds


class Loopback(HTTPAdapter):
    """Connects every name to this machine: the C library does not know *.localhost."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        request.headers["Host"] = parts.netloc
        request.url = parts._replace(netloc=f"127.0.0.1:{parts.port}").geturl()
        return super().send(request, *args, **kwargs)


class Quiet(WSGIRequestHandler):
    """Serves without a line per request, and lets a dropped connection go."""

    disable_nagle_algorithm = True  # or each answer waits 40 ms for an acknowledgement

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:  # noqa: ARG002 - as there
        self.close_connection = True

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        pass


@dataclass
class Running:
    """A service that answers at `port`, with the clients of a server and of a browser."""

    service: app.Service
    world: World
    port: int
    session: requests.Session

    @property
    def url(self) -> str:
        return f"http://api.{worlds.PAY_HOST}:{self.port}"

    def client(self, key: str = "", account: str | None = None, retries: int = 0) -> stripe.StripeClient:
        return stripe.StripeClient(
            key or self.world.payments.secret_key,
            base_addresses={"api": self.url},
            http_client=stripe.RequestsClient(session=self.session),
            stripe_account=account,
            max_network_retries=retries,
        )

    def browser(self, account: str | None = None) -> stripe.StripeClient:
        return self.client(self.world.payments.publishable_key, account)

    def raw(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.world.payments.secret_key}", **kwargs.pop("headers", {})}
        return self.session.request(method, self.url + path, headers=headers, timeout=10, **kwargs)

    def control(self, path: str, **body: Any) -> requests.Response:
        url = f"http://{worlds.PAY_HOST}:{self.port}/control/{path}"
        return self.session.post(url, json=body, timeout=30)


@contextmanager
def serve(data: Path, webhook_url: str = "") -> Iterator[Running]:
    """Serve a payment service whose journal is in `data`; webhooks go to `webhook_url` or to nobody."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True, request_handler=Quiet)
    world = worlds.world(server.server_port, webhook_url=webhook_url)
    service = app.create(world, data)
    server.app = service
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    session = requests.Session()
    session.mount("http://", Loopback())
    try:
        yield Running(service, world, server.server_port, session)
    finally:
        session.close()
        server.shutdown()
        thread.join()
        server.server_close()
        service.close()
