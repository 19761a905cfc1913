"""CPU time of processes, and which machine this is (Linux: /proc)."""

import os
import platform
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def group_seconds(group: int) -> float:
    """Return the CPU seconds used so far by all live processes of a process group."""
    return sum(_seconds(fields) for fields in _processes() if int(fields[2]) == group)


def children_seconds(parent: int) -> float:
    """Return the CPU seconds used so far by the live children of `parent`."""
    return sum(_seconds(fields) for fields in _processes() if int(fields[1]) == parent)


def machine() -> str:
    """Return processor, number of cores and Python, in one line."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _processes() -> list[list[str]]:
    """Return the fields of each /proc/PID/stat from the third on: state, parent, group and so forth."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found.append((folder / "stat").read_text().rsplit(")", 1)[1].split())
        except OSError:
            continue  # it ended while we looked
    return found


def _seconds(fields: list[str]) -> float:
    return (int(fields[11]) + int(fields[12])) / _TICKS
