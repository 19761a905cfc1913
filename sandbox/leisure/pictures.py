"""Pictures for the programme: drawn from a name, so that every activity has one and none is anybody's."""

from hashlib import sha256
from html import escape

_HUES = (198, 168, 24, 262, 338, 42, 214, 142)


def picture(name: str) -> str:
    """Return the picture `name` as SVG: waves and a sun in the name's own colours."""
    digest = sha256(name.encode()).digest()
    hue, lean, high = _HUES[digest[0] % len(_HUES)], digest[1] % 60, 60 + digest[2] % 40
    label = escape(name.replace("-", " ").capitalize())
    waves = "".join(
        f'<path d="M0 {y} q80 {-lean} 160 0 t160 0 t160 0 t160 0 V240 H0z" '
        f'fill="hsl({hue} 60% {light}%)" opacity=".85"/>'
        for y, light in ((130, 55), (165, 42), (200, 30))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 240" role="img" aria-label="{label}">'
        f'<rect width="640" height="240" fill="hsl({hue} 70% 86%)"/>'
        f'<circle cx="{120 + digest[3] * 400 // 255}" cy="{high}" r="34" fill="hsl(44 95% 72%)"/>'
        f"{waves}</svg>"
    )
