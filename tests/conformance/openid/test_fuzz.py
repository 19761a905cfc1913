"""Whatever anybody sends to the addresses of signing in and out: no fault, nobody signed in, no secret in the log."""

from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from imin.identity.start import COOKIE
from tests.conformance.openid.scene import SLUG, Scene, live_sessions

pytestmark = [pytest.mark.timeout(600)]  # hundreds of examples, on machines of any speed
HOST = f"cards.{SLUG}.localhost"
SECRET = "a-secret-that-no-log-may-hold"
"""How every fuzzed code, state, token and cookie begins."""

KNOWN = (
    "code",
    "state",
    "iss",
    "error",
    "error_description",
    "id_token",
    "session_state",
    "response",
    "logout_token",
    "target_link_uri",
    "login_hint",
)
KEPT = ("code", "state", "id_token", "response", "logout_token")
FORM = "application/x-www-form-urlencoded"
PARTS = ({"state"}, {"state", "iss"}, {"state", "code"}, {"iss", "code"}, {"state", "iss", "code"})
KINDS = (
    FORM,
    f"{FORM}; charset=utf-16",
    f"{FORM}; charset=no-such-thing",
    "application/json",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "text/plain",
    "",
    "\u00e9",
)
METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
PATHS = {
    "callback": "GET",
    "back-channel-logout": "POST",
    "logout": "POST",
    "signed-out": "GET",
    "start": "GET",
    "login": "GET",
}

odd = st.one_of(
    st.binary(max_size=40),
    st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.text(max_size=20).map(lambda text: text.encode("utf-16", "surrogatepass")),
    st.sampled_from(
        [b"", b"\0", b"\xff\xfe", b"%", b"%zz", b"a.b.c", b"e30.e30.e30", b"[]", b"{}", b"x" * 9000, b"\r\nA: b"]
    ),
)
names = st.one_of(st.sampled_from(KNOWN).map(str.encode), odd)
fields = st.lists(st.tuples(names, odd), max_size=6)


def written(pairs: list[tuple[bytes, bytes]]) -> str:
    """Return `pairs` as a form; what is kept in a secret's place begins with the mark."""
    marked = [(name, SECRET.encode() + value if name.decode("latin-1") in KEPT else value) for name, value in pairs]
    return "&".join(f"{quote_from_bytes(name)}={quote_from_bytes(value)}" for name, value in marked)


bodies = st.one_of(
    fields.map(lambda pairs: written(pairs).encode()),
    odd,
    st.binary(max_size=200),
    st.just(b'{"logout_token": "a.b.c"}'),
    st.just(b"[" * 5000),
    st.just(b'--x\r\nContent-Disposition: form-data; name="logout_token"\r\n\r\na.b.c\r\n--x--\r\n'),
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "HTTP_ORIGIN": st.sampled_from(["null", "https://evil.example", f"http://{HOST}", ""]),
        "HTTP_SEC_FETCH_SITE": st.sampled_from(["none", "cross-site", "same-origin", "nonsense"]),
        "HTTP_SEC_FETCH_MODE": st.sampled_from(["navigate", "cors", "nonsense"]),
        "HTTP_ACCEPT_LANGUAGE": st.sampled_from(["", "*", "x" * 500, "en;q=nan"]),
        "HTTP_COOKIE": st.sampled_from(
            [
                "",
                f"{COOKIE}={SECRET}",
                f"{COOKIE}=a; {COOKIE}=b",
                "__Host-session=\xff",
                "__Host-signout=x",
                "=;=;",
                "\0",
            ]
        ),
    },
)
unhurried = settings(
    max_examples=150, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def harmless(send: Any, before: set[Any]) -> Any:
    """Send, and demand that no fault of ours came of it, nobody is signed in, and the log holds no secret."""
    with capture_logs() as log:
        answer = send()
    assert answer.status_code in {200, 302, 400, 401, 403, 404, 405, 413, 431, 502, 503}, answer.content
    event(str(answer.status_code))
    assert live_sessions() == before
    assert SECRET not in str(log)
    assert "Traceback" not in str(log)
    assert SECRET not in answer.content.decode("utf-8", "replace")
    return answer


requests = st.builds(
    lambda path, method, **rest: {"path": f"/oidc/{path}", "method": method or PATHS[path], **rest},
    path=st.sampled_from(list(PATHS)),
    method=st.none() | st.none() | st.sampled_from(METHODS),
    data=bodies,
    content_type=st.sampled_from(KINDS),
    QUERY_STRING=fields.map(written),
)


@unhurried
@given(request=requests, more=headers)
def test_whatever_is_sent(scene: Scene, request: dict[str, Any], more: dict[str, str]):
    scene.endlessly()
    harmless(lambda: Client(HTTP_HOST=HOST).generic(**request, **more), live_sessions())


@unhurried
@given(query=fields, kept=st.sampled_from(PARTS))
def test_whatever_comes_back_with_a_genuine_cookie(scene: Scene, query: Any, kept: set[str]):
    """Parts of a genuine answer among what is not, so that also the later checks are met; all of it signs in."""
    scene.endlessly()
    scene.browser.client.cookies.clear()
    before = live_sessions()
    path, _, genuine = scene.back().partition("?")
    pairs = dict(part.split("=") for part in genuine.split("&"))
    some = "&".join(f"{name}={value}" for name, value in pairs.items() if name in kept)
    whole = kept == {"state", "iss", "code"} and not {name.decode("latin-1") for name, _ in query} & {*pairs, "error"}
    asked = f"{path}?{some}&{written(query)}"
    if whole:
        assert scene.browser.open(asked).status_code in {302, 400}  # 400 where another parameter came twice
    else:
        answer = harmless(lambda: scene.browser.open(asked), before)
        assert 'class="reference"' in answer.content.decode()


@unhurried
@given(tokens=st.lists(odd, min_size=1, max_size=3))
def test_whatever_is_sent_as_a_logout_token(scene: Scene, tokens: list[bytes]):
    scene.endlessly()
    if not live_sessions():
        scene.signed_in()
    marked = [("logout_token", SECRET.encode() + token) for token in tokens]
    client = Client(HTTP_HOST=HOST)
    answer = harmless(
        lambda: client.generic("POST", "/oidc/back-channel-logout", urlencode(marked), FORM), live_sessions()
    )
    assert answer.status_code == 400
    assert answer["Cache-Control"] == "no-store"


texts = st.lists(st.text(max_size=9), max_size=3)
changes = st.fixed_dictionaries({}, optional={"code": texts, "state": texts, "iss": texts, "error": texts.filter(bool)})


@unhurried
@given(fields=changes)
def test_whatever_comes_back_in_a_genuine_form(scene: Scene, fields: dict[str, list[str]]):
    """Parts of the form are changed, left out or doubled."""
    scene.endlessly()
    if not scene.by_form:
        scene.answer_by_form()
    scene.browser.client.cookies.clear()
    before = live_sessions()
    path, genuine = scene.browser.form_of(scene.browser.start())
    if fields:
        harmless(lambda: scene.browser.post_form(path, {**genuine, **fields}), before)
    else:
        assert scene.browser.post_form(path, genuine).status_code == 303
