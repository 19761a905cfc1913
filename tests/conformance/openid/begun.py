"""How a sign-in begins: pushed to the provider's server, asked for by a link, our client proven by a key."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import KeySet

from imin.brokers import client_keys
from imin.brokers.models import OpenIdSettings
from imin.ground import clock
from imin.ground.database import as_owner
from imin.identity.callback import CHECKS
from imin.identity.discovery import DISCOVERY_CHECKS
from imin.identity.pushed import PUSH_CHECKS
from imin.identity.third_party import LOGIN_CHECKS
from tests.conformance.openid.case import Case, passes, stopped, story
from tests.conformance.openid.endpoints import _elsewhere, _html, _instead
from tests.conformance.openid.scene import Scene
from tests.identity.browser import query_of
from tests.identity.provider import LEFT_OUT, Provider

ORIGIN = "http://cards.acmebroker.localhost:8000"
OTHER_SITE = {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "https://www.acme.example"}
PAR = "/par"


def _offered(provider: Provider) -> dict[str, str]:
    return {"pushed_authorization_request_endpoint": f"{provider.issuer}{PAR}"}


_opened = partial(stopped, when=lambda scene: scene.browser.open("/edit"))
_push = partial(_opened, checks=PUSH_CHECKS, discovery=_offered)

PUSHED = (
    passes("par", "The provider takes pushed requests, and no others", discovery=_offered),
    _opened(
        "par-required-without-endpoint",
        "The provider requires pushed requests and names no endpoint",
        "pushing",
        checks=DISCOVERY_CHECKS,
        discovery={"require_pushed_authorization_requests": True},
    ),
    _opened(
        "par-endpoint-without-tls",
        "The endpoint for pushed requests is plain HTTP",
        "endpoints",
        checks=DISCOVERY_CHECKS,
        discovery={"pushed_authorization_request_endpoint": "http://acmebroker.example/par"},
    ),
    _push("par-refuses-us", "Our client secret is wrong there", "taken", client_secret="another-client-secret"),
    _push("par-down", "The endpoint answers 503: no plain request instead", "taken", answered=503, status={PAR: 503}),
    _push("par-answers-200", "The endpoint answers 200 in place of 201", "taken", status={PAR: 200}),
    _push("par-redirect", "The endpoint answers with a redirect", "taken", instead=_instead(PAR, _elsewhere)),
    _push("par-html", "The endpoint answers with a web page", "taken", instead=_instead(PAR, _html)),
    *(
        _push(name, f"`request_uri` {says}", "request_uri", par={"request_uri": uri})
        for name, says, uri in (
            ("par-request-uri-missing", "is missing", LEFT_OUT),
            ("par-request-uri-empty", "is empty", ""),
            ("par-request-uri-an-object", "is an object", {"uri": "x"}),
            ("par-request-uri-huge", "has 3,000 characters", "x" * 3000),
        )
    ),
    _push(
        "par-request-uri-half-a-character",
        "`request_uri` holds a lone surrogate, which cannot be sent on",
        "taken",
        par={"request_uri": "urn:\ud800"},
    ),
    stopped(
        "par-response-without-state",
        "The response to a pushed request has no `state`",
        "state",
        checks=CHECKS,
        answered=400,
        discovery=_offered,
        returned={"state": LEFT_OUT},
    ),
)


@story("par-shows-nothing", "A pushed request leaves nothing in the browser's address but client and `request_uri`")
def shows_nothing(scene: Scene) -> None:
    scene.provider.discovery = _offered(scene.provider)
    location = scene.browser.start()
    assert set(query_of(location)) == {"client_id", "request_uri"}
    (pushed,) = scene.provider.visits(PAR)
    assert {"state", "nonce", "code_challenge"} <= pushed.keys()
    scene.signed_in(scene.browser.open(scene.browser.visit(location)))


def _asked_by(scene: Scene, **given: str) -> Any:
    return scene.browser.open(f"/oidc/login?{urlencode(given)}", HTTP_SEC_FETCH_SITE="cross-site")


def _link(name: str, says: str, rule: str, **given: str) -> Case:
    """Make a case of a link that `rule` stops; `{}` stands for the issuer, which it names well if not said."""

    @story(name, says, rule, checks=LOGIN_CHECKS)
    def case(scene: Scene) -> None:
        issuer = scene.provider.issuer
        query = {"iss": issuer, **{part: value.format(issuer) for part, value in given.items()}}
        scene.refused(_asked_by(scene, **query), LOGIN_CHECKS, rule, 400)
        assert scene.provider.visits("/authorize") == []

    return case


@story("oidcc-client-test-3rd-party-init-login", "A link names our provider; the sign-in begins there and ends here")
def third_party(scene: Scene) -> None:
    sent = _asked_by(scene, iss=scene.provider.issuer, target_link_uri=f"{ORIGIN}/edit", login_hint="sam@example.org")
    assert query_of(sent["Location"])["login_hint"] == "sam@example.org"
    scene.signed_in(scene.browser.open(scene.browser.visit(sent["Location"])))


@story("login-by-post", "A form on another site asks for the sign-in; it begins by a navigation of its own")
def by_post(scene: Scene) -> None:
    sent = scene.browser.client.post("/oidc/login", {"iss": scene.provider.issuer}, **OTHER_SITE)
    assert (sent.status_code, sent.cookies.keys() & {"__Host-signin"}) == (303, set())
    location = scene.browser.open(sent["Location"], HTTP_SEC_FETCH_SITE="cross-site")["Location"]
    scene.signed_in(scene.browser.open(scene.browser.visit(location)))


@story("login-iss-missing", "A link names no issuer", "issuer", checks=LOGIN_CHECKS)
def iss_missing(scene: Scene) -> None:
    scene.refused(_asked_by(scene, target_link_uri=f"{ORIGIN}/edit"), LOGIN_CHECKS, "issuer", 400)


@story("login-iss-twice", "A link names two issuers, the second time ours", "once", checks=LOGIN_CHECKS)
def iss_twice(scene: Scene) -> None:
    query = urlencode([("iss", "https://evil.example"), ("iss", scene.provider.issuer)])
    scene.refused(scene.browser.open(f"/oidc/login?{query}"), LOGIN_CHECKS, "once", 400)


LINKS = (
    third_party,
    by_post,
    iss_missing,
    iss_twice,
    _link("login-iss-of-another", "A link names another issuer", "issuer", iss="https://evil.example"),
    _link("login-iss-with-trailing-slash", "A link names our issuer with one slash more", "issuer", iss="{}/"),
    *(
        _link(f"login-target-{name}", f"`target_link_uri` is {says}", "page", target_link_uri=target)
        for name, says, target in (
            ("elsewhere", "on another host", "https://evil.example/edit"),
            ("begins-with-our-host", "on a host that begins with our name", f"{ORIGIN}.evil.example/edit"),
            ("with-our-host-as-user", "on another host, ours as the user's name", f"{ORIGIN}@evil.example/edit"),
            ("on-another-port", "on another port of ours", "http://cards.acmebroker.localhost:9/edit"),
            ("on-the-provider", "at the provider", "{}/edit"),
            ("with-two-slashes", "two slashes and a host", "//evil.example"),
            ("behind-our-host", "a path that browsers read as a host", f"{ORIGIN}//evil.example"),
            ("a-script", "a `javascript:` address", "javascript:alert(1)"),
            ("in-a-circle", "the sign-in itself", f"{ORIGIN}/oidc/start"),
        )
    ),
    _link("login-hint-huge", "`login_hint` has 300 characters", "hint", login_hint="h" * 300),
    _link("login-hint-with-line-end", "`login_hint` holds a line end", "hint", login_hint="sam\r\nSet-Cookie: a=b"),
)


def _use_keys(scene: Scene) -> None:
    """Let the Broker use a key of ours, which its provider fetches as any provider does."""
    scene.broker(authentication="private_key_jwt", client_secret_encrypted="")
    scene.provider.client_jwks = lambda: scene.browser.client.get("/oidc/jwks").json()
    with as_owner():
        client_keys.make_first(OpenIdSettings.objects.get(), now=clock.now())


@story(
    "private-key-jwt",
    "Our client is proven by a key: `aud` is the issuer alone, a minute long, another `jti` each time",
)
def private_key_jwt(scene: Scene) -> None:
    _use_keys(scene)
    scene.signed_in()
    scene.mark()
    scene.signed_in(scene.again())
    keys = KeySet.import_key_set(scene.browser.client.get("/oidc/jwks").json())
    sent = scene.provider.visits("/token")
    one, other = (jwt.decode(visit["client_assertion"], keys, ["ES256"]).claims for visit in sent)
    assert one["aud"] == scene.provider.issuer
    assert one["iss"] == one["sub"] == "acmebroker-client"
    assert 0 < one["exp"] - one["iat"] <= 60
    assert one["jti"] != other["jti"]
    assert "client_secret" not in sent[0]


@story("private-key-jwt-unknown-key", "The provider does not know our key", "code", checks=CHECKS)
def unknown_key(scene: Scene) -> None:
    _use_keys(scene)
    scene.provider.client_jwks = lambda: {"keys": [key.as_dict(private=False) for key in scene.provider.published_keys]}
    scene.refused(scene.come_back(), CHECKS, "code")


@story("client-jwks-without-private-keys", "What we publish at `/oidc/jwks` holds no private half")
def public_alone(scene: Scene) -> None:
    _use_keys(scene)
    keys = scene.browser.client.get("/oidc/jwks").json()["keys"]
    assert keys
    assert all({"d", "p", "q", "k"} & key.keys() == set() for key in keys)


STORIES = (shows_nothing, private_key_jwt, unknown_key, public_alone)
