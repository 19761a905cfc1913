"""What an operator's authenticator app does, written from RFC 6238 and not with the code that it tests."""

import hmac
import re
from base64 import b32decode
from datetime import timedelta

from django.test import Client

from imin.console import second_factor
from imin.console.gate import _SESSION_KEY, _mark
from imin.ground import clock
from imin.ground.database import as_owner


def code(secret, *, steps=0):
    """Return what the app shows now, or `steps` times 30 seconds later."""
    counter = int((clock.now() + timedelta(seconds=30 * steps)).timestamp()) // 30
    digest = hmac.digest(b32decode(secret.replace(" ", "")), counter.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 10**6:06d}"


def secret_on(page):
    """Return the secret that the page to set up the second factor shows in text."""
    return re.search(r'class="secret"[^>]*>([A-Z2-7 ]+)<', page).group(1)


def add_to(user):
    """Give `user` a second factor that was confirmed an hour ago; return its secret."""
    with as_owner():
        secret = second_factor.begin(user=user).secret
        long_ago = clock.now() - timedelta(hours=1)
        assert second_factor.confirm(user=user, code=code(secret, steps=-120), now=long_ago)
    return secret


def signed_in(user, host="console.localhost"):
    """Return a browser in which `user` has signed in with password and second factor."""
    add_to(user)
    browser = Client(HTTP_HOST=host)
    with as_owner():
        browser.force_login(user)
        session = browser.session
        session[_SESSION_KEY] = _mark(second_factor.confirmed(user))
        session.save()
    return browser
