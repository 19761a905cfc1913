"""Running Brokers' sites, and relying parties with fresh browsers for each test."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.wrappers import Request, Response

from sandbox.acme.app import create
from sandbox.world import Person, World
from tests.sandbox.acme.loopback import listener, serving
from tests.sandbox.acme.relying_party import RelyingParty
from tests.sandbox.world import world as build_world

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@dataclass
class Mailbox:
    """The platform's address: keeps whatever is posted to it, and publishes its client's keys."""

    posts: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    keys: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "list[bytes]":
        request = Request(environ)
        if request.path == "/oidc/jwks":
            return list(Response(json.dumps({"keys": self.keys}))(environ, start_response))
        self.posts.append((request.host, request.path, request.form.to_dict()))
        return list(Response("")(environ, start_response))


@pytest.fixture(scope="session")
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture(scope="session")
def running(mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world with two Brokers, served while the tests run."""
    data: Path = tmp_path_factory.mktemp("acme")
    mine, theirs = listener(), listener()
    described = build_world(mine.getsockname()[1], platform_port=theirs.getsockname()[1])
    with serving(mailbox, theirs), serving(create(described, data), mine):
        yield described


@pytest.fixture
def rp(running: World, mailbox: Mailbox) -> Iterator[RelyingParty]:
    """The first Broker's client; switches are back to normal and posts forgotten afterwards."""
    party = RelyingParty(running.brokers[0], running.port)
    yield party
    party.control("/reset")
    mailbox.posts.clear()
    mailbox.keys.clear()


@pytest.fixture
def other(running: World) -> RelyingParty:
    """The second Broker's client."""
    return RelyingParty(running.brokers[1], running.port)


@pytest.fixture
def sam(rp: RelyingParty) -> Person:
    return rp.broker.people[0]


@pytest.fixture
def priya(rp: RelyingParty) -> Person:
    return rp.broker.people[1]
