"""CSRF tokens in Django's form, checked by Django's middleware; made here with one draw of randomness, not with sixty.

The secret stays in its cookie; each page has it under a mask of its own, so that compression tells nothing of it
(BREACH).
"""

from secrets import token_bytes

from django.http import HttpRequest
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH
from django.utils.html import format_html
from django.utils.safestring import SafeString

_COUNT = len(CSRF_ALLOWED_CHARS)
_EVEN = 256 - 256 % _COUNT  # bytes from here on would make some letters likelier than others
_UNEVEN = bytes(range(_EVEN, 256))
_LETTERS = "".join(CSRF_ALLOWED_CHARS[byte % _COUNT] for byte in range(256)).encode()
_MASKED = {
    (one, other): CSRF_ALLOWED_CHARS[(CSRF_ALLOWED_CHARS.index(one) + CSRF_ALLOWED_CHARS.index(other)) % _COUNT]
    for one in CSRF_ALLOWED_CHARS
    for other in CSRF_ALLOWED_CHARS
}


def field(request: HttpRequest) -> SafeString:
    """Return the hidden field that proves that a form is of this host's page; the answer renews the cookie."""
    secret = request.META.get("CSRF_COOKIE") or rotate(request)
    request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', _token(secret))


def rotate(request: HttpRequest) -> str:
    """Give the browser a new secret, so that forms from before are worth nothing; return it."""
    secret = _random()
    request.META.update({"CSRF_COOKIE": secret, "CSRF_COOKIE_NEEDS_UPDATE": True})
    return secret


def _token(secret: str) -> str:
    mask = _random()
    return mask + "".join([_MASKED[pair] for pair in zip(secret, mask, strict=True)])


def _random() -> str:
    letters = b""
    while len(letters) < CSRF_SECRET_LENGTH:
        letters += token_bytes(2 * CSRF_SECRET_LENGTH).translate(_LETTERS, _UNEVEN)
    return letters[:CSRF_SECRET_LENGTH].decode()
