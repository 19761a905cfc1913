"""A simple mark for a demo Broker: its initial in a disc of its colour."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

_SIDE = 192


def logo(name: str, colour: str) -> bytes:
    """Return a square PNG with the first letter of `name` in white on `colour`."""
    image = Image.new("RGBA", (_SIDE, _SIDE), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((0, 0, _SIDE - 1, _SIDE - 1), fill=colour)
    font = ImageFont.load_default(size=112)
    draw.text((_SIDE / 2, _SIDE / 2), name[0], fill="#ffffff", font=font, anchor="mm")
    file = BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()
