"""The whole way, and what is sent on it."""

import hashlib
from base64 import urlsafe_b64encode

from tests.identity.browser import Browser, query_of
from tests.identity.provider import KIM


def test_oidcc_client_test(browser):
    said = browser.sign_in("/edit?from=dashboard")
    assert said["name"] == "Sam Vale"
    assert said["path"] == "/edit?from=dashboard"
