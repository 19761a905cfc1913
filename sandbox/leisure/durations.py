"""Lengths of time as ISO 8601 has them, in weeks, days, hours, minutes and seconds."""

import re
from datetime import timedelta

_PATTERN = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


def parse(text: str) -> timedelta:
    """Return the length that `text` states; raises `ValueError` for one in months or years, and for nonsense."""
    found = _PATTERN.fullmatch(text)
    if not found or not any(found.groups()):
        raise ValueError(f"{text!r} is no duration")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def state(length: timedelta) -> str:
    """Return `length` in days, hours and minutes."""
    minutes = int(length.total_seconds()) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    clock = (f"{hours}H" if hours else "") + (f"{rest}M" if rest else "")
    return "P" + (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
