"""What the provider's server says to ours: discovery, token endpoint, userinfo."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from werkzeug.wrappers import Request, Response

from imin.identity.callback import CHECKS
from imin.identity.discovery import DISCOVERY_CHECKS
from imin.identity.id_token import ID_TOKEN_CHECKS
from tests.conformance.openid.answers import FAPI
from tests.conformance.openid.case import Case, passes, stopped, story
from tests.conformance.openid.scene import Scene
from tests.identity.browser import Browser, query_of
from tests.identity.provider import LEFT_OUT, Provider

DISCOVERY, TOKEN, USERINFO = "/.well-known/openid-configuration", "/token", "/userinfo"
_UNGUESSABLE = ("state", "nonce", "code_challenge")
_HUGE = 5 * 1024 * 1024
_token = partial(stopped, rule="code", checks=CHECKS)
_userinfo = partial(stopped, rule="more_claims", checks=CHECKS, in_userinfo={"email"})
_discovery = partial(stopped, checks=DISCOVERY_CHECKS, when=lambda scene: scene.browser.open("/edit"))

Answer = Callable[[Provider, Request], Response]


def _instead(path: str, answer: Answer) -> Any:
    return lambda provider: {path: partial(answer, provider)}


def _html(_provider: Provider, _request: Request) -> Response:
    return Response("<!doctype html><title>Welcome</title>", content_type="text/html")


def _elsewhere(_provider: Provider, request: Request) -> Response:
    return Response(status=302, headers={"Location": f"{request.url}?again"})


def _huge(_provider: Provider, _request: Request) -> Response:
    return Response(b'{"a":"' + b"x" * _HUGE + b'"}', content_type="application/json")


def _dripping(_provider: Provider, _request: Request) -> Response:
    def drops() -> Iterator[bytes]:
        for _second in range(20):
            time.sleep(0.1)
            yield b" "

    return Response(drops(), content_type="application/json")


def _list(_provider: Provider, _request: Request) -> Response:
    return Response("[]", content_type="application/json")


def _as(kind: str, genuine: str) -> Answer:
    """Answer well, but under another content type."""

    def answer(provider: Provider, request: Request) -> Response:
        response: Response = getattr(provider, genuine)(request)
        response.content_type = kind
        return response

    return answer


def _gossip(_provider: Provider, request: Request) -> Response:
    """Refuse with an error that repeats everything that was sent."""
    sent = f"{request.form.to_dict()} {request.headers.get('Authorization')}"
    return Response(f'{{"error": "invalid_client", "error_description": {sent!r}}}', 400)


DISCOVERED = (
    *(
        _discovery(
            name,
            f"`issuer` in the discovery document {says}",
            "same_issuer",
            discovery=lambda provider, issuer=issuer: {
                "issuer": issuer.format(provider.issuer) if isinstance(issuer, str) else issuer
            },
        )
        for name, says, issuer in (
            ("oidcc-client-test-discovery-issuer-mismatch", "is another's", "https://evil.example"),
            (f"{FAPI}discovery-issuer-mismatch", "has another path", "{}/other"),
            ("discovery-issuer-with-trailing-slash", "has one slash more", "{}/"),
            ("discovery-issuer-missing", "is missing", LEFT_OUT),
        )
    ),
    _discovery(
        "discovery-over-a-redirect",
        "The discovery document answers with a redirect",
        "document",
        instead=_instead(DISCOVERY, _elsewhere),
    ),
    _discovery(
        "discovery-is-html", "The discovery document is a web page", "document", instead=_instead(DISCOVERY, _html)
    ),
    _discovery(
        "discovery-is-a-list", "The discovery document is a JSON list", "document", instead=_instead(DISCOVERY, _list)
    ),
    _discovery("discovery-huge", "The discovery document has 5 MB", "document", instead=_instead(DISCOVERY, _huge)),
    _discovery("discovery-down", "Discovery answers 503", "document", answered=503, status={DISCOVERY: 503}),
    *(
        _discovery(
            f"discovery-without-{name.replace('_', '-')}",
            f"`{name}` is missing",
            "endpoints",
            discovery={name: LEFT_OUT},
        )
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
    ),
    *(
        _discovery(
            f"discovery-{name.replace('_', '-')}-without-tls",
            f"`{name}` is plain HTTP",
            "endpoints",
            discovery={name: "http://acmebroker.example/x"},
        )
        for name in (
            "authorization_endpoint",
            "token_endpoint",
            "jwks_uri",
            "userinfo_endpoint",
            "end_session_endpoint",
        )
    ),
    _discovery(
        "discovery-endpoint-is-a-script",
        "`authorization_endpoint` is a `javascript:` address",
        "endpoints",
        discovery={"authorization_endpoint": "javascript:alert(1)"},
    ),
)

TOKENS = (
    _token("token-endpoint-html", "The token endpoint answers with a web page", instead=_instead(TOKEN, _html)),
    _token(
        "token-endpoint-redirect", "The token endpoint answers with a redirect", instead=_instead(TOKEN, _elsewhere)
    ),
    _token("token-endpoint-huge", "The token endpoint answers with 5 MB", instead=_instead(TOKEN, _huge)),
    _token("token-endpoint-list", "The token endpoint answers with a JSON list", instead=_instead(TOKEN, _list)),
    _token(
        "token-endpoint-calls-json-html",
        "The tokens are good, but come as text/html",
        instead=_instead(TOKEN, _as("text/html", "_token")),
    ),
    _token("token-endpoint-down", "The token endpoint answers 503", answered=503, status={TOKEN: 503}),
    _token("token-endpoint-too-many", "The token endpoint answers 429", answered=503, status={TOKEN: 429}),
    _token("token-endpoint-refuses-us", "Our client secret is wrong there", client_secret="another-client-secret"),
    _token(
        "token-endpoint-repeats-secrets",
        "The token endpoint repeats code and secret in its error",
        instead=_instead(TOKEN, _gossip),
    ),
    _token("id-token-missing", "No ID Token comes", token={"id_token": LEFT_OUT}),
    _token("id-token-an-object", "The ID Token is an object", token={"id_token": {"sub": "sam-1"}}),
    _token("access-token-missing", "No access token comes", token={"access_token": LEFT_OUT}),
    *(
        _token(f"access-token-{name}", f"The access token {says}", token={"access_token": given}, in_userinfo={"email"})
        for name, says, given in (
            ("not-ascii", "holds a letter that no header can", "tökén-of-sam"),
            ("with-line-end", "brings a header of its own", "x\r\nHost: evil.example"),
        )
    ),
    _token(
        "token-endpoint-name-too-long",
        "The token endpoint has a name that is none",
        answered=503,
        discovery={"token_endpoint": f"https://{'a' * 70}.example/token"},
    ),
    _token("token-type-missing", "`token_type` is missing", token={"token_type": LEFT_OUT}),
    _token("token-type-unknown", "`token_type` is one that we do not speak", token={"token_type": "mac"}),
    passes(
        f"{FAPI}token-type-case-insensitivity",
        "`token_type` is written in other letters",
        token={"token_type": "bEARER"},
    ),
    passes(
        f"{FAPI}token-endpoint-response-without-expires_in", "`expires_in` is missing", token={"expires_in": LEFT_OUT}
    ),
)

PERSON = (
    *(
        _userinfo(name, f"`sub` of userinfo {says}", userinfo={"sub": sub})
        for name, says, sub in (
            ("oidcc-client-test-userinfo-invalid-sub", "is another's", "kim-2"),
            ("userinfo-sub-missing", "is missing", LEFT_OUT),
            ("userinfo-sub-in-capitals", "is the same in capitals", "SAM-1"),
        )
    ),
    _userinfo("userinfo-refuses", "Userinfo answers 401", status={USERINFO: 401}),
    _userinfo("userinfo-down", "Userinfo answers 503", answered=503, status={USERINFO: 503}),
    _userinfo("userinfo-html", "Userinfo answers with a web page", instead=_instead(USERINFO, _html)),
    _userinfo("userinfo-redirect", "Userinfo answers with a redirect", instead=_instead(USERINFO, _elsewhere)),
    _userinfo(
        "userinfo-calls-json-html",
        "The claims are good, but come as text/html",
        instead=_instead(USERINFO, _as("text/html", "_userinfo")),
    ),
)


@story("oidcc-client-test", "A good provider: the request is as it must be, and the person is signed in")
def plain(scene: Scene) -> None:
    url = scene.browser.start()
    asked = query_of(url)
    assert url.startswith(f"{scene.provider.issuer}/authorize?")
    assert {name: asked[name] for name in ("response_type", "client_id", "prompt", "code_challenge_method")} == {
        "response_type": "code",
        "client_id": "acmebroker-client",
        "prompt": "none",
        "code_challenge_method": "S256",
    }
    assert asked["redirect_uri"] == "http://cards.acmebroker.localhost:8000/oidc/callback"
    assert "openid" in asked["scope"].split()
    again = query_of(Browser().start())
    assert all(len(asked[name]) == 43 and asked[name] != again[name] for name in _UNGUESSABLE)
    assert "S. Vale" in scene.signed_in(scene.browser.open(scene.browser.visit(url)))


@story("oidcc-client-test-client-secret-basic", "Id and secret go in the header, form-encoded, and nowhere else")
def secret_basic(scene: Scene) -> None:
    scene.provider.client_id, scene.provider.client_secret = "id: of us", "s3cret %+ü of us"
    scene.broker(client_id="id: of us")
    _give_secret("s3cret %+ü of us")
    scene.signed_in()
    assert {"client_id", "client_secret"} & scene.provider.visits(TOKEN)[-1].keys() == set()


def _give_secret(secret: str) -> None:
    from imin.brokers.models import OpenIdSettings
    from imin.ground.database import as_owner

    with as_owner():
        settings = OpenIdSettings.objects.get()
        settings.client_secret = secret
        settings.save()


@story("oidcc-client-test-discovery-openid-config", "The endpoints come from the discovery document, asked for once")
def discovery(scene: Scene) -> None:
    issuer = scene.provider.issuer
    scene.provider.discovery = {"token_endpoint": f"{issuer}/elsewhere/token"}
    scene.provider.instead = {"/elsewhere/token": scene.provider._token}
    scene.signed_in()
    assert len(scene.provider.visits(DISCOVERY)) == 1
    assert scene.provider.visits(TOKEN) == []


@story("oidcc-client-test-scope-userinfo-claims", "Claims of the scope that the ID Token lacks come from userinfo")
def userinfo_claims(scene: Scene) -> None:
    scene.provider.in_userinfo = {"email", "email_verified", "given_name", "family_name"}
    assert "S. Vale" in scene.signed_in()
    assert len(scene.provider.visits(USERINFO)) == 1


@story("issuer-with-trailing-slash", "The configured issuer ends in a slash, and so does the provider's everywhere")
def slash(scene: Scene) -> None:
    scene.provider.issuer += "/"
    scene.broker(issuer=scene.provider.issuer)
    scene.signed_in()


def _slow(path: str, rule: str, checks: Any) -> Case:
    name = path.strip("/")

    @story(f"{name}-slow", f"`{path}` sends a byte now and then, for two seconds; we wait for 0.3", rule, checks=checks)
    def case(scene: Scene) -> None:
        scene.settings.HTTP_TIMEOUT_SECONDS = 0.3
        scene.provider.instead = {path: partial(_dripping, scene.provider)}
        back = scene.back()
        started = time.monotonic()
        scene.refused(scene.browser.open(back), checks, rule, 503)
        assert time.monotonic() - started < 1.5

    return case


STORIES = (
    plain,
    secret_basic,
    discovery,
    userinfo_claims,
    slash,
    _slow(TOKEN, "code", CHECKS),
    _slow("/jwks", "signature", ID_TOKEN_CHECKS),
)
