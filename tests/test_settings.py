"""Settings that are more than a text: what is understood, and what is refused with a clear word."""

import os
import subprocess
import sys

import pytest

SHOW = """
import json
from imin import settings
names = ("DNS_RESOLVER", "EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD",
         "EMAIL_USE_SSL", "EMAIL_USE_TLS", "MAIL_FROM", "OPERATORS_MAIL", "DOMAIN_TARGETS")
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def read(**values):
    import json

    done = subprocess.run(
        [sys.executable, "-c", SHOW],
        env={**os.environ, **{f"IMIN_{name}": value for name, value in values.items()}},
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("text", "resolver"),
    [
        ("", None),
        ("9.9.9.9", ["9.9.9.9", 53]),
        ("127.0.0.1:5353", ["127.0.0.1", 5353]),
        ("[::1]", ["::1", 53]),
        ("[2001:db8::1]:5353", ["2001:db8::1", 5353]),
    ],
)
def test_resolvers(text, resolver):
    assert read(DNS_RESOLVER=text)["DNS_RESOLVER"] == resolver


@pytest.mark.parametrize("text", ["dns.example", "9.9.9.9:", "::1", "9.9.9.9:x"])
def test_what_is_no_resolver(text):
    assert "IMIN_DNS_RESOLVER is an address such as 9.9.9.9" in read(DNS_RESOLVER=text)


@pytest.mark.parametrize(
    ("url", "host", "port", "ssl", "tls"),
    [
        ("smtps://imin:p%40ss@mail.example", "mail.example", 465, True, False),
        ("smtp+starttls://imin:p%40ss@mail.example:2525", "mail.example", 2525, False, True),
        ("smtp+starttls://imin:p%40ss@mail.example", "mail.example", 587, False, True),
    ],
)
def test_mail_servers(url, host, port, ssl, tls):
    found = read(SMTP_URL=url)
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == (host, port)
    assert (found["EMAIL_USE_SSL"], found["EMAIL_USE_TLS"]) == (ssl, tls)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("imin", "p@ss")
    assert found["EMAIL_BACKEND"].endswith("smtp.EmailBackend")


def test_without_a_mail_server_mails_are_files():
    assert read(SMTP_URL="")["EMAIL_BACKEND"].endswith("mail_files.MailFiles")


@pytest.mark.parametrize("url", ["mail.example", "https://mail.example", "smtps://"])
def test_what_is_no_mail_server(url):
    assert "IMIN_SMTP_URL is an address such as smtps://" in read(SMTP_URL=url)


def test_a_password_never_goes_in_clear():
    said = read(SMTP_URL="smtp://imin:pass@mail.example")
    assert "would send a password in clear" in said
    assert "pass@" not in said


def test_what_follows_from_the_platforms_domain():
    found = read(PLATFORM_DOMAIN="platform.example")
    assert found["DOMAIN_TARGETS"] == "targets.platform.example"
    assert found["MAIL_FROM"] == "imin@platform.example"
    assert found["OPERATORS_MAIL"] == []
    assert read()["OPERATORS_MAIL"] == ["operators@localhost"]


def test_a_secret_of_mail_servers_that_can_be_guessed_is_refused():
    assert "IMIN_MAIL_BOUNCES_SECRET is too short" in read(MAIL_BOUNCES_SECRET=f"{'a' * 32},hunter2")
    assert isinstance(read(MAIL_BOUNCES_SECRET=f"{'a' * 32},{'b' * 32}"), dict)
