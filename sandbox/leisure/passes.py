"""Pictures of passes: a ticket to show, and its number as a barcode to scan (Code 128, ISO/IEC 15417)."""

import re
from itertools import pairwise

# The widths of bars and gaps, in turn, of each value; the last of them starts a code of pairs of digits (set C).
_WIDTHS = re.findall(
    r"\d{6}",
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232",
)
_STOP = "2331112"
_START = len(_WIDTHS) - 1
_CHECK = 103
_QUIET = 10  # how much white a scanner needs at both sides


def widths(digits: str) -> str:
    """Return the widths of the bars and gaps of the code for an even number of `digits`."""
    values = [int(first + second) for first, second in zip(digits[::2], digits[1::2], strict=True)]
    check = (_START + sum(place * value for place, value in enumerate(values, 1))) % _CHECK
    return "".join(_WIDTHS[value] for value in (_START, *values, check)) + _STOP


def barcode(digits: str) -> str:
    """Return the barcode of `digits` as SVG."""
    whole = [int(width) for width in widths(digits)]
    edges = [_QUIET + sum(whole[:index]) for index in range(len(whole) + 1)]
    bars = "".join(f"M{left} 0h{right - left}v60h-{right - left}z" for left, right in list(pairwise(edges))[::2])
    wide = edges[-1] + _QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} 80" role="img" aria-label="Barcode {digits}">'
        f'<rect width="{wide}" height="80" fill="#fff"/><path d="{bars}" transform="translate(0 6)"/>'
        f'<text x="{wide // 2}" y="77" font-family="monospace" font-size="10" text-anchor="middle">{digits}</text>'
        "</svg>"
    )


def ticket(digits: str) -> str:
    """Return the ticket numbered `digits` as SVG."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 160" role="img" aria-label="Pass {digits}">'
        '<rect width="320" height="160" rx="16" fill="#14507a"/>'
        '<path d="M0 66a14 14 0 0 1 0 28M320 66a14 14 0 0 0 0 28" fill="#fff"/>'
        '<g fill="#fff" font-family="system-ui, sans-serif" text-anchor="middle">'
        '<text x="160" y="62" font-size="22">Sandbox Leisure</text>'
        f'<text x="160" y="104" font-size="28" font-weight="bold">{digits[:5]} {digits[5:]}</text>'
        '<text x="160" y="132" font-size="14">Show this at the desk</text></g></svg>'
    )
