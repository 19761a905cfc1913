"""Programs that tests drive: of this machine, or Debian's, unpacked by `make debian` without installing them."""

import os
import shutil
from pathlib import Path

UNPACKED = Path(__file__).parent.parent / ".cache" / "debian" / "usr"


def program(name: str) -> str | None:
    """Return the path of a program, None when there is none."""
    return shutil.which(name, path=f"{os.environ['PATH']}:{UNPACKED / 'bin'}:/usr/sbin:{UNPACKED / 'sbin'}")


def missing(*names: str) -> str:
    """Return why a test that needs these programs is skipped; empty when all are there."""
    absent = [name for name in names if not program(name)]
    return f"{' and '.join(absent)} missing: `make debian` fetches them on Debian" if absent else ""
