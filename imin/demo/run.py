"""Starting and stopping the demo's processes."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings

from imin.demo import leisure
from imin.demo.processes import ProcessDiedError, Processes
from imin.demo.world import LEISURE_HOST, MAIL_HOST, PAY_HOST, mail_folder, platform_url, sandbox_url, world
from imin.ground import clock, embedded, http, log

START_SECONDS = 60
Say = Callable[[str], None]


class DemoRefusedError(Exception):
    """The demo cannot start; the message says why and what to do."""


def run(*, say: Say) -> None:
    """Run the demo until Ctrl-C or SIGTERM; everything that it started is stopped with it."""
    _refuse_without_sandbox()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sandbox_port = settings.PORT + 1
    with _only_one(), ExitStack() as stack:
        for port in filter(None, (settings.PORT, sandbox_port, settings.TLS_ASK_PORT)):
            _refuse_taken(port)
        say("Starting the database…")
        stack.enter_context(embedded.running())
        here = prepare(sandbox_port)
        say("Starting the platform, the worker and the sandbox…")
        stack.enter_context(_told_to_commands({**payment_settings(here), "IMIN_PORT": str(settings.PORT)}))
        children = processes(here)
        stack.callback(children.stop)
        children.start()
        _wait(children)
        if payment_settings(here):
            _seed_cards(children)
        say(_addresses(sandbox_port, _operator()))
        _until_stopped(children)
        say("Stopping…")


def prepare(sandbox_port: int) -> dict[str, Any]:
    """Migrate, seed and write `world.json`; return the world."""
    from imin.serve import migrate

    migrate()
    log.configure()
    from imin.demo.seed import seed

    here = world(sandbox_port, leisure.database())
    seed(here)
    _folder().mkdir(parents=True, exist_ok=True)
    file = _folder() / "world.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps(here, indent=2))
    return here


def processes(here: dict[str, Any]) -> Processes:
    """Return web, worker and sandbox, ready to be started."""
    sandbox = [sys.executable, "-m", "sandbox", str(_folder() / "world.json"), "--data", str(_folder() / "sandbox")]
    return Processes(
        commands={
            "sandbox": sandbox,
            "web": [sys.executable, "-m", "imin.cli", "run"],
            "worker": [sys.executable, "-m", "imin.cli", "work"],
        },
        environment={
            **os.environ,
            **embedded.settings_to_find_it(),
            **payment_settings(here),
            **_second_factor(),
        },
        log=_folder() / "demo.log",
    )


def payment_settings(here: dict[str, Any]) -> dict[str, str]:
    """Return the settings that point the platform at the sandbox; none when real keys are given."""
    if os.environ.get("IMIN_STRIPE_SECRET_KEY") or os.environ.get("IMIN_STRIPE_SECRET_KEY_FILE"):
        return {}
    payments, port = here["payments"], here["port"]
    return {
        "IMIN_STRIPE_SECRET_KEY": payments["secret_key"],
        "IMIN_STRIPE_PUBLISHABLE_KEY": payments["publishable_key"],
        "IMIN_STRIPE_WEBHOOK_SECRET": payments["webhook_secret"],
        "IMIN_STRIPE_API_BASE": sandbox_url(f"api.{PAY_HOST}", port),
        "IMIN_STRIPE_JS_URL": sandbox_url(f"js.{PAY_HOST}", port, "/endive/stripe.js"),
        "IMIN_STRIPE_FRAME_ORIGINS": " ".join(sandbox_url(f"{part}.{PAY_HOST}", port) for part in ("js", "hooks")),
    }


def _second_factor() -> dict[str, str]:
    """Let whoever tries the demo skip the second factor, unless it was asked for or this is no development machine."""
    return {
        "IMIN_SECOND_FACTOR_OPTIONAL": os.environ.get("IMIN_SECOND_FACTOR_OPTIONAL", str(int(settings.DEVELOPMENT)))
    }


@contextmanager
def _told_to_commands(values: dict[str, str]) -> Iterator[None]:
    """Let `imin check` and the like find the demo's payment service and port for as long as it runs."""
    settings.DEMO_FILE.touch(mode=0o600)
    settings.DEMO_FILE.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    try:
        yield
    finally:
        settings.DEMO_FILE.unlink(missing_ok=True)


def _folder() -> Path:
    folder: Path = settings.DATA / "demo"
    return folder


@contextmanager
def _only_one() -> Iterator[None]:
    settings.DATA.mkdir(parents=True, exist_ok=True)
    with (settings.DATA / "demo.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise DemoRefusedError(
                f"The demo runs already ({lock.read().strip()}). Stop that one with Ctrl-C, or set IMIN_DATA and PORT "
                "to run a second one beside it."
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, port {settings.PORT}")
        lock.flush()
        yield


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.LISTEN, port))
        except OSError:
            raise DemoRefusedError(
                f"Port {port} is taken by another program. Stop it, or choose other ports: `make demo PORT=8100`."
            ) from None


def _refuse_without_sandbox() -> None:
    if not find_spec("sandbox"):
        raise DemoRefusedError("The sandbox is not installed. Run `make demo` in a checkout, which brings it.")


def _wait(children: Processes) -> None:
    """Wait until the platform says that everything is up."""
    for _ in range(START_SECONDS * 5):
        if name := children.dead():
            raise DemoRefusedError(f"The {name} process stopped at once. Its last words are in {children.log}.")
        try:
            if http.request("GET", f"http://localhost:{settings.PORT}/healthz", timeout_seconds=5).status == 200:
                return
        except http.UnreachableError:
            pass
        time.sleep(0.2)
    raise DemoRefusedError(f"The platform did not come up in {START_SECONDS} s. See {children.log}.")


def _seed_cards(children: Processes) -> None:
    """Give one person a card and bookings; the demo does without where that fails or takes long."""
    with children.log.open("ab") as log, suppress(subprocess.TimeoutExpired):
        subprocess.run(
            [sys.executable, "-m", "imin.demo"],
            env=children.environment,
            stdout=log,
            stderr=log,
            check=False,
            timeout=START_SECONDS,
        )


def _operator() -> str:
    """Return what to sign in to the console with; a password that the operator chose is kept."""
    from django.contrib.auth.models import User

    from imin.console.operators import must_choose, one_time_password
    from imin.ground.database import as_owner

    with as_owner():
        known = User.objects.filter(username="operator").first()
        if known and not must_choose(known):
            return (
                "operator / the password that you chose (forgotten? `.venv/bin/imin operator operator` gives a new one)"
            )
        return f"operator / {one_time_password(username='operator', now=clock.now())}   (works once)"


def _addresses(sandbox_port: int, operator: str) -> str:
    mailbox = (
        f"{sandbox_url(MAIL_HOST, sandbox_port)}/   what the platform wrote"
        if mail_folder()
        else "none: mails are sent"
    )
    return f"""
  Start here        {sandbox_url("acmebroker.localhost", sandbox_port)}/   → sign in → Payment cards
  Card Details      {platform_url("cards.acmebroker.localhost")}/edit
  Second Broker     {sandbox_url("harbour.localhost", sandbox_port)}/
  Console           {platform_url("console.localhost")}/   {operator}
  Payment sandbox   {sandbox_url(PAY_HOST, sandbox_port)}/   make it slow, down or refusing
  Booking system    {sandbox_url(LEISURE_HOST, sandbox_port)}/openactive   feeds and Open Booking API of two operators
  Mailbox           {mailbox}
  Health            {platform_url("localhost")}/healthz

  Test cards        4242 4242 4242 4242 succeeds, 4000 0025 0000 3155 asks for a challenge,
                    4000 0000 0000 0002 is declined; any future expiry, any code

The log is {_folder() / "demo.log"}. Ctrl-C stops everything.
"""


def _until_stopped(children: Processes) -> None:
    try:
        while True:
            children.keep_alive()
            time.sleep(0.3)
    except KeyboardInterrupt:
        return
    except ProcessDiedError as death:
        raise DemoRefusedError(str(death)) from None
