"""The demo Brokers' marks, as their own sites draw them: a mountain and a harbour, white on the Broker's colour."""

from io import BytesIO
from math import pi, sin

from PIL import Image, ImageDraw

_GRID, _SIDE, _FINE = 40, 192, 4  # units of the drawing, pixels, pixels drawn for each that is kept
_WHITE = "#ffffff"


def logo(slug: str, colour: str) -> bytes:
    """Return a square PNG with the mark of the demo Broker `slug`."""
    scale = _SIDE * _FINE / _GRID
    image = Image.new("RGBA", (_SIDE * _FINE, _SIDE * _FINE), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, *image.size), radius=11 * scale, fill=colour)
    (_harbour if slug == "harbour" else _mountain)(draw, scale)
    file = BytesIO()
    image.resize((_SIDE, _SIDE), Image.Resampling.LANCZOS).save(file, "PNG", optimize=True)
    return file.getvalue()


def _mountain(draw: ImageDraw.ImageDraw, scale: float) -> None:
    ridge = ((6.5, 31), (17, 12.5), (22.6, 22.3), (25.6, 17.5), (33.5, 31))
    draw.polygon([(x * scale, y * scale) for x, y in ridge], fill=_WHITE)
    draw.circle((28.6 * scale, 11.6 * scale), 3.4 * scale, fill=_WHITE)


def _harbour(draw: ImageDraw.ImageDraw, scale: float) -> None:
    for height in (24.5, 31.5):
        wave = [(x / 10, height - 3 * sin((x / 10 - 8) / 12 * pi)) for x in range(80, 321)]
        for x, y in wave:
            draw.circle((x * scale, y * scale), 1.7 * scale, fill=_WHITE)
    draw.circle((26 * scale, 12.5 * scale), 4.6 * scale, fill=_WHITE)
