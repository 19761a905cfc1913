"""The long-running processes: web (granian, threads) and worker (Procrastinate), and the migration before them."""

import asyncio
import fcntl
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import django
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from procrastinate.exceptions import ConnectorException

from imin.ground import hosts, log
from imin.ground.database import OWNER, as_owner, drop_dead_connections, never_wait_long
from imin.ground.edge import Application, edge

_RETRY_SECONDS = 2
_LOOK_SECONDS = 0.2


def application() -> Application:
    """Make the WSGI application; called once in each web process."""
    handler = get_wsgi_application()
    log.configure()
    never_wait_long()
    return edge(handler)


def serve() -> None:
    """Serve `imin.site` until SIGTERM or SIGINT; requests under way are finished."""
    from granian.constants import Interfaces
    from granian.server import Server

    collect_static()
    log.configure()
    server = Server(
        "imin.serve:application",
        factory=True,
        address=settings.LISTEN,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=settings.WEB_PROCESSES,
        blocking_threads=settings.WEB_THREADS,
        websockets=False,
        log_enabled=False,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
    )
    with _answering_the_edge():
        server.serve()


@contextmanager
def _answering_the_edge() -> Iterator[None]:
    """Have a process beside the web processes that answers who may have a certificate; started again when it dies."""
    if not settings.TLS_ASK_PORT:
        yield
        return
    from imin.brokers.tls_ask import listen

    listen().server_close()  # the port is free; were it open here, each web process would inherit it
    stopped = Event()
    keeper = Thread(target=_keep_answering, args=(stopped,), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stopped.set()
        keeper.join()


def _keep_answering(stopped: Event) -> None:
    fork = multiprocessing.get_context("fork")
    while not stopped.is_set():
        process = fork.Process(target=_answer, args=(os.getpid(),), daemon=True)
        process.start()
        while not stopped.wait(_LOOK_SECONDS) and process.is_alive():
            pass
        process.kill()
        process.join()


def _answer(parent: int) -> None:
    from imin.brokers.known_hosts import KnownHosts
    from imin.brokers.tls_ask import listen
    from imin.site import URLS_OF_PLATFORM_PRODUCT

    for number in (signal.SIGINT, signal.SIGTERM):  # the web server's own, which were inherited
        signal.signal(number, signal.SIG_IGN if number == signal.SIGINT else signal.SIG_DFL)
    Thread(target=_end_with, args=(parent,), daemon=True).start()
    never_wait_long()
    platform = frozenset(map(hosts.platform_host, URLS_OF_PLATFORM_PRODUCT))
    listen().run(KnownHosts(always=platform, file=settings.DATA / "served-hosts.json"))


def _end_with(parent: int) -> None:
    """End this process when `parent` was killed, so that its port is free for the next."""
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


def work() -> None:
    """Run jobs of every queue until SIGTERM or SIGINT; jobs under way are finished.

    A worker that lost PostgreSQL gives up; another one takes its place until PostgreSQL is back.
    """
    django.setup()
    log.configure()
    with as_owner():
        asyncio.run(_work_until_stopped())


async def _work_until_stopped() -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    stop = asyncio.create_task(stopped.wait())
    while not stopped.is_set():
        worker = asyncio.create_task(_worker())
        await asyncio.wait({worker, stop}, return_when=asyncio.FIRST_COMPLETED)
        worker.cancel()
        try:
            await worker
        except ConnectorException as failure:
            log.logger(__name__).warning("worker_lost_database", cause=str(failure.__cause__ or failure)[:200])
        except asyncio.CancelledError:
            continue
        await sync_to_async(drop_dead_connections)()
        await asyncio.wait({stop}, timeout=_RETRY_SECONDS)


async def _worker() -> None:
    from procrastinate.contrib.django import app

    connector: Any = app.connector
    with_own_pool = app.with_connector(connector.get_worker_connector())
    async with with_own_pool.open_async():
        await with_own_pool.run_worker_async(
            concurrency=4,  # so that one slow look outside holds up no other work
            delete_jobs="always",
            shutdown_graceful_timeout=20,
            fetch_job_polling_interval=5,
            install_signal_handlers=False,
        )


def migrate() -> int:
    """Apply what is missing, as the owner; return how many migrations were applied."""
    django.setup()
    with as_owner():
        executor = MigrationExecutor(connections[OWNER])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            call_command("migrate", database=OWNER, verbosity=0)
    for connection in connections.all():
        connection.close()
    return len(plan)


def collect_static() -> None:
    """Put every static file, hashed and compressed, into the data folder unless they lie there already."""
    django.setup()
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    settings.DATA.mkdir(parents=True, exist_ok=True)
    with (settings.DATA / "static.lock").open("w") as lock:  # several processes may start at once
        fcntl.flock(lock, fcntl.LOCK_EX)
        _collect(manifest)


def _collect(manifest: Path) -> None:
    if not manifest.exists() or _newest_static_file() > manifest.stat().st_mtime:
        call_command("collectstatic", interactive=False, verbosity=0)


def _newest_static_file() -> float:
    """Return when the last of the rooms' and libraries' static files changed."""
    files = [Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([])]
    return max(file.stat().st_ctime for file in files)
