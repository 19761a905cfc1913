"""The payment service as one WSGI application: API, script and frames, challenge, control page, by host."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.wrappers import Request, Response

from sandbox.pay import api, browser, control, furnish
from sandbox.pay.background import Background
from sandbox.pay.faults import dropped
from sandbox.pay.state import State
from sandbox.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Service:
    """The running service: a WSGI callable, its memory, and `close` for tests."""

    def __init__(self, world: World, data: Path) -> None:
        self.state = State(world, data)
        furnish.furnish(self.state)
        furnish.send_again(self.state)
        pages = Flask("sandbox.pay.pages", static_folder=None)
        pages.register_blueprint(browser.blueprint(self.state, world))
        self._world = world
        self._hosts: dict[str, WSGIApplication] = {
            f"api.{world.pay_host}": api.create(self.state),
            f"js.{world.pay_host}": pages,
            f"hooks.{world.pay_host}": pages,
            world.pay_host: control.create(self.state),
        }
        self._background = Background(self.state)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        host = Request(environ).host.partition(":")[0].lower()
        application = self._hosts.get(host) or Response("Nothing is here.", status=404)
        name = host.removesuffix(f".{self._world.pay_host}")
        if name in ("js", "hooks"):
            application = self._faulty(name, environ) or application
        return application(environ, start_response)

    def _faulty(self, host: str, environ: "WSGIEnvironment") -> "WSGIApplication | None":
        fault = self.state.faults.take(host, environ["PATH_INFO"])
        if fault is None:
            return None
        if fault.kind == "slow":
            self.state.clock.pause(fault.milliseconds / 1000)
            return None
        if fault.kind in ("refuse", "break"):
            return Response(str(fault.refusal()), status=fault.status)
        return dropped(environ)

    def close(self) -> None:
        """Stop sending webhooks."""
        self._background.stop()


def create(world: World, data: Path) -> Service:
    """Return the payment service of `world`; its journal is kept in the folder `data`."""
    return Service(world, data)
