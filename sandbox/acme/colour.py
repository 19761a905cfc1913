"""Colours worked out from one brand colour, always readable (WCAG 2.2, contrast of at least 4.5)."""

import colorsys
from collections.abc import Iterable

WHITE = "#ffffff"
BLACK = "#000000"
INK = "#14171a"
READABLE = 4.5


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (`#rrggbb`), from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """Return `one` with `share` (0 to 1) of `other` in it."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return _hex((1 - share) * a + share * b for a, b in pairs)


def text_on(background: str) -> str:
    """Return white or black, whichever reads better: one of them always has at least 4.58."""
    return max(WHITE, BLACK, key=lambda ink: contrast(ink, background))


def readable(colour: str, *backgrounds: str) -> str:
    """Return `colour`, moved away from the `backgrounds` as little as reading on all of them needs."""
    away = INK if _luminance(backgrounds[0]) > 0.4 else WHITE
    steps = (mix(colour, away, step / 20) for step in range(21))
    return next(step for step in steps if all(contrast(step, one) >= READABLE for one in backgrounds))


def deep(colour: str, ratio: float) -> str:
    """Return `colour`, darkened until white on it has the contrast `ratio`."""
    steps = (mix(colour, "#05070a", step / 40) for step in range(41))
    return next(step for step in steps if contrast(step, WHITE) >= ratio)


def apart(one: str, other: str) -> float:
    """Return how far apart two hues are on the colour circle, in degrees from 0 to 180."""
    turn = abs(_hue(one) - _hue(other)) * 360
    return min(turn, 360 - turn)


def _hue(colour: str) -> float:
    return colorsys.rgb_to_hls(*_channels(colour))[0]


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def _hex(channels: Iterable[float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    """Undo the gamma of sRGB."""
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
