"""A data folder as a first start of the demo leaves it, made once and copied for each demo of the tests.

Making a cluster, migrating, seeding, and hashing and compressing static files are most of what a first start takes.
`tests/journeys/test_demo.py` makes such a start of its own.
"""

import fcntl
import hashlib
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
_MADE_OF = ("*.py", "*.sql", "*.html", "*.css", "*.js", "*.po", "*.json")
_LEFT_BEHIND = ("demo.lock", "demo/demo.log", "postgresql/start.lock", "postgresql/postgresql.log", "postgresql/run")


def furnish(data: Path, first: Callable[[Path], AbstractContextManager[Any]]) -> None:
    """Copy the folder to `data`; where there is none yet that fits the code, let a demo make it by `first`."""
    cache = ROOT / ".cache"
    cache.mkdir(exist_ok=True)
    made = cache / f"furnished-{_digest()}"
    with (cache / "furnished.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            for old in cache.glob("furnished-*"):
                _run("rm", "-rf", old)
            unfinished = cache / "furnished-part"
            with first(unfinished) as stack:
                pass
            assert stack.process.returncode == 0, "a demo that was not stopped in order leaves nothing to copy"
            for name in _LEFT_BEHIND:
                _run("rm", "-rf", unfinished / name)
            unfinished.rename(made)
    if (made / "postgresql").exists():  # elsewhere where PostgreSQL's user may not enter this folder
        data.parent.mkdir(parents=True, exist_ok=True)
        _run("cp", "-a", made, data)


def _digest() -> str:
    files = [file for room in ("imin", "sandbox") for kind in _MADE_OF for file in sorted((ROOT / room).rglob(kind))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def _run(*words: str | Path) -> None:
    subprocess.run(words, check=True)
