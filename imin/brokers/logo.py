"""A Broker's logo as we keep it: one still picture, small, without anything hidden in its file."""

import struct
import zlib
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 100 * 1024
_SIDES = (800, 600, 400, 240)  # pixels; the first that fits into MAX_BYTES is kept
_MOST_PIXELS = 25_000_000
_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
_OPTIONS: dict[str, dict[str, object]] = {
    "PNG": {"optimize": True},
    "JPEG": {"quality": 88, "optimize": True},
    "WEBP": {"quality": 90, "method": 4},
}

# what Pillow's decoders raise for damaged files
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    IndexError,
    EOFError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)


class BadLogoError(Exception):
    """The file cannot be a logo; the message tells the operator why."""


@dataclass(frozen=True)
class Logo:
    """A picture ready to be stored and served."""

    data: bytes
    media_type: str


def read(data: bytes) -> Logo:
    """Return the picture in `data`, recognised by its content, encoded again so that its metadata is gone.

    The longest side becomes 800 pixels or less. Raises `BadLogoError` for what is no PNG, JPEG or WebP, is
    larger than `MAX_BYTES` or broken.
    """
    if len(data) > MAX_BYTES:
        raise BadLogoError(f"The file has {len(data) // 1024} KB; a logo may have {MAX_BYTES // 1024} KB.")
    picture, kind = _open(data)
    for side in _SIDES:
        encoded = _encode(picture, kind, side)
        if len(encoded) <= MAX_BYTES:
            return Logo(encoded, _TYPES[kind])
    raise BadLogoError("The picture stays too large even when it is made smaller. A logo with fewer details is needed.")


def _open(data: bytes) -> tuple[Image.Image, str]:
    try:
        with Image.open(BytesIO(data), formats=list(_TYPES)) as looked_at:
            looked_at.verify()  # leaves the picture unusable: it is opened again below
        with Image.open(BytesIO(data), formats=list(_TYPES)) as picture:
            if picture.width * picture.height > _MOST_PIXELS:  # before a single pixel is unpacked
                raise BadLogoError("The picture has too many pixels.")
            kind = str(picture.format)
            mode = "RGB" if kind == "JPEG" else "RGBA"
            return ImageOps.exif_transpose(picture).convert(mode), kind
    except UnidentifiedImageError:
        raise BadLogoError("A logo is a PNG, JPEG or WebP picture; this file is none of them.") from None
    except _BROKEN:
        raise BadLogoError("The picture is broken and cannot be read.") from None


def _encode(picture: Image.Image, kind: str, side: int) -> bytes:
    clean = Image.new(picture.mode, picture.size)  # a new picture has no comment, profile or camera data
    clean.paste(picture)
    clean.thumbnail((side, side))
    encoded = _save(clean, kind)
    if kind == "PNG" and len(encoded) > MAX_BYTES:  # most logos come with a palette; give them one again
        encoded = _save(clean.quantize(256, method=Image.Quantize.FASTOCTREE), kind)
    return encoded


def _save(picture: Image.Image, kind: str) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **_OPTIONS[kind])
    return file.getvalue()
