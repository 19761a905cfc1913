"""The payment service on loopback, and the official SDK that talks to it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import stripe
from werkzeug.serving import make_server

from sandbox.pay import app
from sandbox.world import World
from tests.sandbox import world as worlds


@dataclass
class Running:
    """A service that answers at `port`, with the clients of a server and of a browser."""

    service: app.Service
    world: World
    port: int

    @property
    def url(self) -> str:
        return f"http://api.{worlds.PAY_HOST}:{self.port}"

    def client(self, key: str = "", account: str | None = None, retries: int = 0) -> stripe.StripeClient:
        return stripe.StripeClient(
            key or self.world.payments.secret_key,
            base_addresses={"api": self.url},
            stripe_account=account,
            max_network_retries=retries,
        )

    def browser(self, account: str | None = None) -> stripe.StripeClient:
        return self.client(self.world.payments.publishable_key, account)


@contextmanager
def serve(data: Path, webhook_url: str = "") -> Iterator[Running]:
    """Serve a payment service whose journal is in `data`; webhooks go to `webhook_url` or to nobody."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    world = worlds.world(server.server_port, webhook_url=webhook_url)
    service = app.create(world, data)
    server.app = service
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Running(service, world, server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        service.close()
