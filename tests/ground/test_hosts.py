import pytest

from imin.ground import hosts


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("Cards.Acme.COM", "cards.acme.com"),
        ("cards.acme.com:8443", "cards.acme.com"),
        ("cards.acme.com.", "cards.acme.com"),
        ("karten.zürich.example", "karten.xn--zrich-kva.example"),
    ],
)
def test_a_host_is_compared_in_one_form(given, stored):
    assert hosts.normalise(given) == stored


@pytest.mark.parametrize(
    "given",
    ["", "a..b", "-a.example", "a_b.example", "a b", "x" * 64, "a.example:port", "[::1]", "a.example/evil", "a@b"],
)
def test_what_is_no_host_name_is_refused(given):
    with pytest.raises(hosts.BadHostError):
        hosts.normalise(given)


@pytest.mark.parametrize(
    ("scheme", "port", "origin"),
    [("https", 443, "https://a.example"), ("http", 80, "http://a.example"), ("http", 8000, "http://a.example:8000")],
)
def test_an_origin_comes_from_settings(settings, scheme, port, origin):
    settings.PUBLIC_SCHEME, settings.PUBLIC_PORT = scheme, port
    assert hosts.origin("a.example") == origin
