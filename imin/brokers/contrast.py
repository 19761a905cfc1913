"""Colour contrast as WCAG 2.2 defines it (relative luminance, contrast ratio)."""

from colorsys import hls_to_rgb, rgb_to_hls
from functools import lru_cache

AA = 4.5
LIGHT_PAGE = "#ffffff"
DARK_PAGE = "#14161a"
_STEPS = 1000


def ratio(one: str, other: str) -> float:
    """Return the contrast ratio, 1 to 21, of two colours written `#rrggbb`."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache
def text_on(colour: str) -> str:
    """Return black or white, whichever is read better on `colour`."""
    return max(("#ffffff", "#000000"), key=lambda text: ratio(text, colour))


def nearest(colour: str, page: str) -> str:
    """Return the shade of `colour`, as little darker or lighter as needed, that is read on `page`."""
    if ratio(colour, page) >= AA:
        return colour
    hue, light, saturation = rgb_to_hls(*_channels(colour))
    end = 0.0 if _luminance(page) > 0.5 else 1.0
    steps = (light + (end - light) * step / _STEPS for step in range(1, _STEPS + 1))
    shades = (_written(hls_to_rgb(hue, lightness, saturation)) for lightness in steps)
    return next(shade for shade in shades if ratio(shade, page) >= AA)


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def _written(channels: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _luminance(colour: str) -> float:
    red, green, blue = _channels(colour)
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
