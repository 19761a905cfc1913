"""What the ID Token claims (OpenID Connect Core 3.1.3.7)."""

from functools import partial
from typing import Any

from imin.identity.id_token import ID_TOKEN_CHECKS
from tests.conformance.openid.answers import FAPI, _foreign_code
from tests.conformance.openid.case import Case, passes, stopped, story
from tests.conformance.openid.scene import Scene
from tests.identity.provider import LEFT_OUT, Provider

LONG_AGO, FAR_OFF = 1_000_000_000, 9_999_999_999
OUR_CLIENT = "acmebroker-client"
_stopped = partial(stopped, checks=ID_TOKEN_CHECKS)


def _claim(name: str, says: str, rule: str, **claims: Any) -> Case:
    return _stopped(name, says, rule, claims=claims)


def _seconds(claim: str, offset: int) -> Any:
    return lambda provider: {claim: provider.now() + offset}


def _with_slash(provider: Provider) -> dict[str, str]:
    return {"iss": f"{provider.issuer}/"}


CLAIMS = (
    _claim("oidcc-client-test-invalid-iss", "`iss` is another's", "issuer", iss="https://evil.example"),
    _claim(f"{FAPI}invalid-iss", "`iss` has another path", "issuer", iss="http://acmebroker.localhost/other"),
    _claim(f"{FAPI}invalid-missing-iss", "`iss` is missing", "issuer", iss=LEFT_OUT),
    _stopped("iss-with-trailing-slash", "`iss` has one slash more", "issuer", claims=_with_slash),
    _claim("iss-is-a-list", "`iss` is a list with the right issuer", "issuer", iss=["http://acmebroker.localhost"]),
    _claim("oidcc-client-test-invalid-aud", "`aud` is another client", "audience", aud="another-client"),
    _claim(f"{FAPI}invalid-aud", "`aud` is a list of another client", "audience", aud=["another-client"]),
    _claim(f"{FAPI}invalid-missing-aud", "`aud` is missing", "audience", aud=LEFT_OUT),
    _claim(
        f"{FAPI}invalid-secondary-aud",
        "`aud` names us and another client; `azp` is missing",
        "audience",
        aud=[OUR_CLIENT, "another-client"],
    ),
    _claim(
        "secondary-aud-with-our-azp",
        "`aud` names us and another client; `azp` is us",
        "audience",
        aud=[OUR_CLIENT, "another-client"],
        azp=OUR_CLIENT,
    ),
    _claim(
        "aud-of-another-client-with-our-azp",
        "`aud` is another client; `azp` is us",
        "audience",
        aud="another-client",
        azp=OUR_CLIENT,
    ),
    _claim("aud-empty", "`aud` is an empty list", "audience", aud=[]),
    _claim("aud-in-other-letters", "`aud` is our client in capitals", "audience", aud=OUR_CLIENT.upper()),
    passes(f"{FAPI}valid-aud-as-array", "`aud` is a list of our client alone", claims={"aud": [OUR_CLIENT]}),
    _claim("azp-of-another-client", "`azp` is another client", "authorised_party", azp="another-client"),
    _claim("azp-is-null", "`azp` is there but null", "authorised_party", azp=None),
    passes("azp-of-our-client", "`azp` is our client", claims={"azp": OUR_CLIENT}),
    _claim(f"{FAPI}invalid-expired-exp", "`exp` passed long ago", "expiry", exp=LONG_AGO),
    _claim(f"{FAPI}invalid-missing-exp", "`exp` is missing", "expiry", exp=LEFT_OUT),
    _claim("exp-is-text", "`exp` is a number written as text", "expiry", exp=str(FAR_OFF)),
    _claim("exp-in-an-object", "`exp` is hidden in an object", "expiry", exp={"exp": FAR_OFF}),
    _claim("exp-is-true", "`exp` is true, which Python counts as 1", "expiry", exp=True),
    _claim("exp-is-not-a-number", "`exp` is NaN, which JSON does not know", "expiry", exp=float("nan")),
    _claim("exp-is-endless", "`exp` is infinite, which JSON does not know", "expiry", exp=float("inf")),
    _stopped("clock-skew-too-late", "`exp` passed 62 seconds ago", "expiry", claims=_seconds("exp", -62)),
    passes("clock-skew-late", "`exp` passed 50 seconds ago: forgiven", claims=_seconds("exp", -50)),
    _claim("oidcc-client-test-missing-iat", "`iat` is missing", "issued_at", iat=LEFT_OUT),
    _claim("iat-in-the-future", "`iat` lies in the far future", "issued_at", iat=FAR_OFF),
    _claim("iat-is-text", "`iat` is a number written as text", "issued_at", iat=str(LONG_AGO)),
    _stopped("clock-skew-too-early", "`iat` lies 70 seconds ahead", "issued_at", claims=_seconds("iat", 70)),
    passes("clock-skew-early", "`iat` lies 50 seconds ahead: forgiven", claims=_seconds("iat", 50)),
    _claim("nbf-in-the-future", "`nbf` lies in the far future", "issued_at", nbf=FAR_OFF),
    _claim("oidcc-client-test-nonce-invalid", "`nonce` is another's", "nonce", nonce="another"),
    _claim(f"{FAPI}invalid-nonce", "`nonce` is empty", "nonce", nonce=""),
    _claim(f"{FAPI}invalid-missing-nonce", "`nonce` is missing", "nonce", nonce=LEFT_OUT),
    _claim("nonce-is-a-list", "`nonce` is a list", "nonce", nonce=["another"]),
    _claim("nonce-half-a-character", "`nonce` holds a lone surrogate (RFC 7493 2.1)", "form", nonce="\ud800"),
    _claim("oidcc-client-test-missing-sub", "`sub` is missing", "subject", sub=LEFT_OUT),
    _claim("sub-empty", "`sub` is empty", "subject", sub=""),
    _claim("sub-is-a-number", "`sub` is a number", "subject", sub=7),
    _claim("sub-is-an-object", "`sub` is an object", "subject", sub={"id": "sam-1"}),
    _claim("sub-too-long", "`sub` has 256 characters", "subject", sub="x" * 256),
    _claim("sub-with-nul", "`sub` holds NUL", "subject", sub="sam\0-1"),
    _claim("at-hash-wrong", "`at_hash` is another access token's", "access_token_hash", at_hash="A" * 22),
    _claim("at-hash-is-a-list", "`at_hash` is a list", "access_token_hash", at_hash=["A" * 22]),
)


@story(
    "code-injection-without-pkce",
    "A code of somebody else's sign-in, and the provider ignores PKCE",
    "nonce",
    checks=ID_TOKEN_CHECKS,
)
def code_injection_without_pkce(scene: Scene) -> None:
    code = _foreign_code(scene)
    start = scene.browser.start()
    back = scene.browser.visit(start)
    theirs, ours = scene.provider.codes[code], list(scene.provider.codes.values())[-1]
    theirs["code_challenge"] = ours["code_challenge"]
    scene.refused(scene.browser.open(back), ID_TOKEN_CHECKS, "nonce")


@story(
    "id-token-of-an-earlier-sign-in",
    "The provider hands out an ID Token again that it gave before",
    "nonce",
    checks=ID_TOKEN_CHECKS,
)
def replayed(scene: Scene) -> None:
    given: list[str] = []
    honest = scene.provider._id_token
    scene.provider._id_token = lambda asked: given.append(honest(asked)) or given[0]  # type: ignore[method-assign]
    scene.signed_in()
    scene.mark()
    scene.refused(scene.again(), ID_TOKEN_CHECKS, "nonce")


@story("at-hash-of-the-access-token", "`at_hash` is that of the access token, for each algorithm's hash")
def at_hash(scene: Scene) -> None:
    from tests.conformance.openid.signatures import KEY_OF, left_half

    for algorithm, key in KEY_OF.items():
        scene.broker(algorithm=algorithm)
        scene.provider.algorithm, scene.provider.signing_key = algorithm, key
        scene.provider.jwks = {"keys": [{**key.as_dict(private=False), "alg": algorithm}]}
        scene.provider.token = {"access_token": "access-token-of-sam"}
        scene.provider.claims = {"at_hash": left_half(algorithm, b"access-token-of-sam")}
        scene.browser.client.cookies.clear()
        scene.mark()
        scene.signed_in()


STORIES = (code_injection_without_pkce, replayed, at_hash)
