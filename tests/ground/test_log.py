import pytest

from imin.ground.log import scrub


@pytest.mark.parametrize(
    "secret",
    [
        "4242 4242 4242 4242",
        "sk_test_abcdef123456",
        "whsec_abcdef123456",
        "seti_1abc_secret_2def",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
    ],
)
def test_no_secret_reaches_the_log(secret):
    line = scrub(f"request path=/x note={secret} done")
    assert secret not in line
    assert line.startswith("request path=/x note=")
    assert line.endswith(" done")


def test_codes_and_states_in_addresses_are_removed():
    assert "abc" not in scrub("GET /oidc/callback?code=abc123&state=abc456&iss=http://x")
