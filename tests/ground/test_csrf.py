"""What our tokens must be for Django's middleware, which alone decides about them."""

from collections import Counter

from django.http import HttpResponse
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CsrfViewMiddleware, _does_token_match

from imin.ground import csrf

PREFIX = '<input type="hidden" name="csrfmiddlewaretoken" value="'


def token(request) -> str:
    return csrf.field(request).removeprefix(PREFIX).removesuffix('">')


def test_django_takes_the_token_for_the_secret_and_for_no_other(rf):
    one, other = rf.get("/"), rf.get("/")
    assert _does_token_match(token(one), one.META["CSRF_COOKIE"])
    token(other)
    assert not _does_token_match(token(one), other.META["CSRF_COOKIE"])


def test_each_page_has_another_mask_over_the_same_secret(rf):
    request = rf.get("/")
    secret = csrf.rotate(request)
    tokens = {token(request) for _ in range(20)}
    assert len({one[:32] for one in tokens}) == len({one[32:] for one in tokens}) == 20
    assert request.META["CSRF_COOKIE"] == secret
    assert not any(secret in one for one in tokens)


def test_the_cookie_is_sent_with_the_field_and_is_new_after_the_sign_in(rf):
    request = rf.get("/")
    middleware = CsrfViewMiddleware(lambda _request: HttpResponse())
    token(request)
    before = middleware.process_response(request, HttpResponse()).cookies["__Host-csrf"].value
    csrf.rotate(request)
    after = middleware.process_response(request, HttpResponse()).cookies["__Host-csrf"].value
    assert len(before) == len(after) == 32
    assert before != after


def test_every_letter_is_as_likely_as_another():
    counted = Counter("".join(csrf._random() for _ in range(2000)))
    assert set(counted) == set(CSRF_ALLOWED_CHARS)
    expected = 2000 * 32 / len(CSRF_ALLOWED_CHARS)
    assert sum((count - expected) ** 2 / expected for count in counted.values()) < 120  # chi², 61 degrees: p < 0.00001
