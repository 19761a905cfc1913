"""Colour contrast as WCAG 2.2 defines it (relative luminance, contrast ratio)."""

from functools import lru_cache

AA = 4.5
LIGHT_PAGE = "#ffffff"
DARK_PAGE = "#14161a"


def ratio(one: str, other: str) -> float:
    """Return the contrast ratio, 1 to 21, of two colours written `#rrggbb`."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache
def text_on(colour: str) -> str:
    """Return black or white, whichever is read better on `colour`."""
    return max(("#ffffff", "#000000"), key=lambda text: ratio(text, colour))


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
