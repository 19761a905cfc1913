"""Our own web server on loopback, for what the payment service sends by itself."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.wsgi import get_wsgi_application
from django.db import connections
from werkzeug.serving import make_server

from tests.sandbox.pay.service import Quiet


@contextmanager
def serving() -> Iterator[int]:
    """Serve the platform; gives the port."""
    application = get_wsgi_application()

    def closing(environ, start_response):
        try:
            return application(environ, start_response)
        finally:
            connections.close_all()  # this server has a thread per request

    server = make_server("127.0.0.1", 0, closing, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
