"""The booking system twice: over HTTP with a small programme, whose feeds are read; in-process, to book with."""

import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

from sandbox.leisure import app
from sandbox.leisure.programme.build import build
from tests.sandbox.leisure.conftest import dsn, fresh_database, partner, state  # noqa: F401 fixtures

SIZE = 400


@pytest.fixture(scope="session")
def origin(_database_of_this_run) -> Iterator[str]:
    """Where a booking system with a programme answers."""
    server = make_server("127.0.0.1", 0, lambda environ, start: served(environ, start), threaded=True)  # noqa: PLW0108 made below
    with fresh_database() as own:
        here = app.start(f"http://localhost:{server.server_port}", own)
        build(here, size=SIZE, seed="validators")
        served = app.create(here)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield here.origin
        server.shutdown()
        server.server_close()
        here.store.close()
