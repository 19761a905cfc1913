"""The sandbox's one door: sends every request to the service whose host it names."""

from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

import sandbox.acme.app
import sandbox.leisure.app
import sandbox.mailbox.app
import sandbox.pay.app
from sandbox.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def create(world: World, data: Path) -> "WSGIApplication":
    """Return the whole sandbox for `world`; state is kept in the folder `data`."""
    choose = _chooser(world, data)

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        host = Request(environ).host.partition(":")[0].lower()
        return choose(host)(environ, start_response)

    return application


def addresses(world: World) -> list[str]:
    """Return the addresses that a person can open."""
    hosts = [*(broker.host for broker in world.brokers), world.pay_host]
    hosts += [world.mail_host] if world.mail_folder else []
    leisure = [f"{world.origin(world.leisure.host)}/openactive"] if world.leisure else []
    return [*(f"{world.origin(host)}/" for host in hosts), *leisure]


def _chooser(world: World, data: Path) -> "Callable[[str], WSGIApplication]":
    acme = sandbox.acme.app.create(world, data)
    pay = sandbox.pay.app.create(world, data)
    mailbox = sandbox.mailbox.app.create(Path(world.mail_folder)) if world.mail_folder else None
    brokers = {broker.host for broker in world.brokers}
    leisure = sandbox.leisure.app.of_world(world) if world.leisure else None
    nobody = _nobody(world)

    def choose(host: str) -> "WSGIApplication":
        if host in brokers:
            return acme
        if host == world.pay_host or host.endswith(f".{world.pay_host}"):
            return pay
        if leisure and world.leisure and host == world.leisure.host:
            return leisure
        if mailbox and host == world.mail_host:
            return mailbox
        return nobody

    return choose


def _nobody(world: World) -> Response:
    links = "".join(f'<li><a href="{escape(one)}">{escape(one)}</a></li>' for one in addresses(world))
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Nothing here</title>'
        f"<h1>Nothing here</h1><p>The sandbox is at:</p><ul>{links}</ul></html>"
    )
    return Response(page, status=404, content_type="text/html; charset=utf-8")
