"""How the ID Token is signed, and with which of the provider's keys (Core 3.1.3.7 6 and 7, Core 10.1)."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from functools import partial
from hashlib import sha256, sha384, sha512
from hmac import digest
from typing import Any

from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey

from imin.identity.id_token import ID_TOKEN_CHECKS
from tests.conformance.openid.answers import FAPI
from tests.conformance.openid.case import Case, passes, stopped, story
from tests.conformance.openid.scene import Scene
from tests.identity.provider import KEYS, LEFT_OUT, Provider, by_hand

P256 = ECKey.generate_key("P-256", {"kid": "first", "use": "sig"})
KEY_OF: dict[str, Key] = {
    "RS256": KEYS[0],
    "PS256": KEYS[0],
    "RS384": KEYS[0],
    "ES256": P256,
    "ES384": ECKey.generate_key("P-384", {"kid": "first"}),
    "EdDSA": OKPKey.generate_key("Ed25519", {"kid": "first"}),
}
_HASH = {"256": sha256, "384": sha384, "DSA": sha512}
_stopped = partial(stopped, checks=ID_TOKEN_CHECKS)

Signer = Callable[[Provider, bytes], bytes]


def left_half(algorithm: str, token: bytes) -> str:
    """Return the `at_hash` of an access token (Core 3.1.3.6)."""
    whole = _HASH[algorithm[-3:]](token).digest()
    return urlsafe_b64encode(whole[: len(whole) // 2]).rstrip(b"=").decode()


def _as_first(key: RSAKey) -> RSAKey:
    return RSAKey.import_key(key.as_dict(private=True), {"kid": "first"})


def _forged(header: dict[str, Any], signer: Signer) -> Any:
    """Return a switch: the genuine claims under any header, with any signature."""
    return lambda provider: lambda claims, _header=None: by_hand(header, claims, partial(signer, provider))


def _hmac(secret: Callable[[Provider], bytes]) -> Any:
    return _forged({"alg": "HS256", "kid": "first"}, lambda provider, it: digest(secret(provider), it, "sha256"))


def _tampered(provider: Provider) -> Any:
    """Return how a token is signed about one person and then made to name another."""
    genuine = provider.signed

    def forge(claims: dict[str, Any], header: dict[str, Any] | None = None) -> str:
        head, _, signature = genuine(claims, header).split(".")
        evil = by_hand({}, {**claims, "sub": "kim-2"}, lambda _content: b"").split(".")[1]
        return f"{head}.{evil}.{signature}"

    return forge


def _raw(name: str, says: str, raw: str) -> Case:
    return _stopped(name, says, "form", token={"id_token": raw})


def _keys(*keys: dict[str, Any]) -> dict[str, Any]:
    return {"keys": list(keys)}


_PUBLIC = KEYS[0].as_dict(private=False)
_ATTACKERS = _as_first(KEYS[1])

SIGNATURES = (
    passes("oidcc-client-test-idtoken-sig-rs256", "Signed with RS256, as registered"),
    *(
        passes(
            f"signed-with-{algorithm.lower()}",
            f"Signed with {algorithm}, where that is registered",
            broker={"algorithm": algorithm},
            algorithm=lambda _provider, algorithm=algorithm: algorithm,
            signing_key=lambda _provider, key=key: key,
            jwks=_keys({**key.as_dict(private=False), "alg": algorithm}),
        )
        for algorithm, key in KEY_OF.items()
        if algorithm != "RS256"
    ),
    _stopped(
        "oidcc-client-test-idtoken-sig-none",
        "Unsigned (`alg` is `none`), though discovery lists `none`",
        "algorithm",
        header={"alg": "none", "kid": LEFT_OUT},
    ),
    _stopped(f"{FAPI}invalid-null-alg", "Unsigned, with the right `kid`", "algorithm", header={"alg": "none"}),
    *(
        _stopped(
            f"alg-{name}",
            f"`alg` is {says}",
            "algorithm",
            signed=_forged(header, lambda _provider, _content: b"x"),
        )
        for name, says, header in (
            ("none-in-other-letters", "`nOnE`", {"alg": "nOnE"}),
            ("empty", "empty", {"alg": ""}),
            ("missing", "missing", {}),
            ("in-a-list", "a list with the right one", {"alg": ["RS256"]}),
        )
    ),
    _stopped(
        f"{FAPI}invalid-alternate-alg",
        "Signed with PS256 by the right key, but RS256 is registered",
        "algorithm",
        algorithm="PS256",
    ),
    _stopped(
        "alg-of-another-family",
        "Signed with ES256 by a published key, but RS256 is registered",
        "algorithm",
        algorithm="ES256",
        signing_key=P256,
        jwks=_keys(P256.as_dict(private=False)),
    ),
    _stopped(
        "signed-with-the-client-secret",
        "Signed with HS256 and our client secret",
        "algorithm",
        signed=_hmac(lambda provider: provider.client_secret.encode()),
    ),
    _stopped(
        "signed-with-the-public-key-as-secret",
        "Signed with HS256 and the public key as the secret (RFC 8725 2.1)",
        "algorithm",
        signed=_hmac(lambda _provider: KEYS[0].as_pem(private=False)),
    ),
    _stopped("crit-unknown", "`crit` names an extension that we do not know", "algorithm", header={"crit": ["exp"]}),
    _stopped("crit-empty", "`crit` is an empty list", "algorithm", header={"crit": []}),
    _stopped(
        "unencoded-payload",
        "The payload is not encoded (RFC 7797 `b64`)",
        "algorithm",
        header={"b64": False, "crit": ["b64"]},
    ),
    _stopped("oidcc-client-test-invalid-sig-rs256", "Signed with another key", "signature", signing_key=_ATTACKERS),
    _stopped(
        "jwk-in-the-header",
        "The header brings its own key in `jwk` (RFC 8725 3.10)",
        "signature",
        signing_key=_ATTACKERS,
        header={"jwk": _ATTACKERS.as_dict(private=False)},
    ),
    _stopped(
        "x5c-in-the-header",
        "The header brings its own certificate in `x5c`",
        "signature",
        signing_key=_ATTACKERS,
        header={"x5c": ["MIIB" + "A" * 400]},
    ),
    _stopped(
        "payload-changed",
        "The payload was changed after it was signed",
        "signature",
        signed=_tampered,
    ),
    _stopped(
        "signature-empty",
        "The header says RS256, the signature is empty",
        "signature",
        signed=_forged({"alg": "RS256", "kid": "first"}, lambda _provider, _content: b""),
    ),
    _stopped(
        "signature-of-zeros",
        "ES256, and the signature is all zeros (CVE-2022-21449)",
        "signature",
        broker={"algorithm": "ES256"},
        jwks=_keys(P256.as_dict(private=False)),
        signed=_forged({"alg": "ES256", "kid": "first"}, lambda _provider, _content: b"\0" * 64),
    ),
    _raw("id-token-empty", "The ID Token is empty", ""),
    _raw("id-token-of-two-parts", "The ID Token has no signature at all", "e30.e30"),
    _raw("id-token-encrypted", "The ID Token has five parts, as an encrypted one does", "e30.e30.e30.e30.e30"),
    _raw("id-token-not-base64", "The ID Token is not base64url", "ñ.e30.e30"),
    _raw("id-token-a-list", "Header and payload are JSON, but lists", "W10.W10.e30"),
    _raw("id-token-huge", "The ID Token has 70,000 characters", "e30." + "e" * 70_000 + ".e30"),
    _raw("id-token-bottomless", "The payload is a list in a list in a list, 10,000 deep", f"e30.{'W1tb' * 10_000}.e30"),
)

PUBLISHED = (
    passes(
        "oidcc-client-test-kid-absent-single-jwks",
        "The token has no `kid`, and one key is published",
        header={"kid": LEFT_OUT},
    ),
    _stopped(
        "oidcc-client-test-kid-absent-multiple-jwks",
        "The token has no `kid`, and two keys are published that fit",
        "signature",
        header={"kid": LEFT_OUT},
        published_keys=list(KEYS),
    ),
    passes(
        "kid-absent-one-key-fits",
        "The token has no `kid`; of several published keys only one may sign with RS256",
        header={"kid": LEFT_OUT},
        jwks=_keys({"kty": "LATTICE"}, P256.as_dict(private=False), {**_PUBLIC, "use": "enc"}, _PUBLIC),
    ),
    _stopped("kid-unknown", "`kid` is not among the published keys", "signature", header={"kid": "third"}),
    _stopped("kid-is-a-list", "`kid` is a list", "signature", header={"kid": ["first"]}),
    _stopped("kid-twice", "Two published keys have the token's `kid`", "signature", jwks=_keys(_PUBLIC, _PUBLIC)),
    _stopped(
        "jwks-key-for-encryption",
        "The only key is published for encryption",
        "signature",
        jwks=_keys({**_PUBLIC, "use": "enc"}),
    ),
    _stopped(
        "jwks-key-of-another-algorithm",
        "The only key is published for another algorithm",
        "signature",
        jwks=_keys({**_PUBLIC, "alg": "PS256"}),
    ),
    _stopped(
        "jwks-with-a-private-key",
        "The key is published with its private half",
        "signature",
        jwks=_keys(KEYS[0].as_dict(private=True)),
    ),
    _stopped(
        "jwks-with-a-symmetric-key",
        "The key set holds a shared secret, and the token is signed with it",
        "algorithm",
        algorithm="HS256",
        signing_key=OctKey.import_key("a-shared-secret-of-a-good-length", {"kid": "first"}),
        jwks=_keys({"kty": "oct", "kid": "first", "k": "YS1zaGFyZWQtc2VjcmV0LW9mLWEtZ29vZC1sZW5ndGg"}),
    ),
    _stopped("jwks-without-keys", "The key set is empty", "signature", jwks=_keys()),
    _stopped("jwks-not-a-set", "The key set is an object without keys", "signature", jwks={"nothing": True}),
    _stopped(
        "jwks-with-a-broken-key",
        "The only key is not one",
        "signature",
        jwks=_keys({"kty": "RSA", "kid": "first", "n": "_" * 400, "e": "!"}),
    ),
)


@story("jwks-with-a-short-key", "The key is RSA of 1,024 bits (RFC 7518 3.3)", "signature", checks=ID_TOKEN_CHECKS)
def short_key(scene: Scene) -> None:
    import pytest

    with pytest.warns(UserWarning, match="2048"):
        short = RSAKey.generate_key(1024, {"kid": "first"})
    scene.provider.signing_key, scene.provider.jwks = short, _keys(short.as_dict(private=False))
    scene.refused(scene.come_back(), ID_TOKEN_CHECKS, "signature")


@story(
    "jku-in-the-header",
    "The header points to the attacker's keys in `jku`; nobody asks there",
    "signature",
    checks=ID_TOKEN_CHECKS,
)
def jku(scene: Scene) -> None:
    other = scene.make_broker("harbour")
    other.jwks = _keys(_ATTACKERS.as_dict(private=False))
    scene.provider.signing_key = _ATTACKERS
    scene.provider.header = {"jku": f"{other.issuer}/jwks", "x5u": f"{other.issuer}/jwks"}
    scene.refused(scene.come_back(), ID_TOKEN_CHECKS, "signature")
    assert other.asked == []


@story("oidcc-client-test-discovery-jwks-uri-keys", "The keys are fetched from discovery's `jwks_uri`")
def jwks_uri(scene: Scene) -> None:
    scene.provider.discovery = {"jwks_uri": f"{scene.provider.issuer}/elsewhere/keys"}
    scene.provider.instead = {"/elsewhere/keys": scene.provider._jwks}
    scene.signed_in()
    assert len(scene.provider.visits("/elsewhere/keys")) == 1
    assert scene.provider.visits("/jwks") == []


@story("oidcc-client-test-signing-key-rotation", "The keys are changed between two sign-ins")
def rotation(scene: Scene) -> None:
    scene.signed_in()
    scene.mark()
    scene.provider.signing_key, scene.provider.published_keys = KEYS[1], list(KEYS)
    scene.signed_in(scene.again())
    assert len(scene.provider.visits("/jwks")) == 2


@story("oidcc-client-test-signing-key-rotation-just-before-signing", "The keys are changed while the person is there")
def rotation_just_before_signing(scene: Scene) -> None:
    scene.signed_in()
    scene.mark()
    location = scene.browser.open("/oidc/start")["Location"]
    scene.provider.signing_key, scene.provider.published_keys = KEYS[1], [KEYS[1]]
    scene.signed_in(scene.browser.open(scene.browser.visit(location)))


@story("jwks-down-with-cached-keys", "The keys cannot be fetched, but were an hour ago")
def cached_keys(scene: Scene) -> None:
    scene.signed_in()
    scene.provider.status = {"/jwks": 503}
    scene.later(2 * 3600)
    scene.browser.client.cookies.clear()
    scene.mark()
    scene.signed_in()


@story(
    "unknown-kid-asks-once",
    "A token with an unknown `kid` makes us fetch the keys once more, not again and again",
    "signature",
    checks=ID_TOKEN_CHECKS,
)
def asks_once(scene: Scene) -> None:
    scene.signed_in()
    scene.mark()
    scene.provider.header = {"kid": "third"}
    scene.refused(scene.again(), ID_TOKEN_CHECKS, "signature")
    assert len(scene.provider.visits("/jwks")) == 2


STORIES = (short_key, jku, jwks_uri, rotation, rotation_just_before_signing, cached_keys, asks_once)
