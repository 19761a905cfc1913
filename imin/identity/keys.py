"""The provider's signing keys, and the one that a token was signed with (OpenID Connect Core 10.1)."""

import json
from base64 import urlsafe_b64decode
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from joserfc.errors import JoseError
from joserfc.jwk import Key, import_key
from joserfc.jws import JWSRegistry

from imin.identity import published
from imin.identity.errors import WrongAnswerError

SHORTEST_RSA_BITS = 2048  # RFC 7518 3.3 and 3.5
_MOST_KEYS = 100


def fitting(header: dict[str, Any], *, algorithm: str, jwks_uri: str, now: datetime, fresh: timedelta) -> list[Key]:
    """Return the keys that a token with `header` may be signed with, from a key set not older than `fresh`.

    A good provider leaves exactly one. Raises what `published.document` raises.
    """
    return usable_keys(published.document(jwks_uri, now=now, fresh=fresh), algorithm, header)


def usable_keys(jwks: dict[str, Any], algorithm: str, header: dict[str, Any]) -> list[Key]:
    """Return the keys of a key set that a token with `header` may be signed with."""
    published_keys = jwks.get("keys")
    if not isinstance(published_keys, list):
        raise WrongAnswerError("The key set has no list of keys (RFC 7517, 5).")
    named = [jwk for jwk in published_keys[:_MOST_KEYS] if isinstance(jwk, dict)]
    if "kid" in header:
        named = [jwk for jwk in named if jwk.get("kid") == header["kid"]]
    keys = [_usable(json.dumps(jwk), algorithm) for jwk in named]
    return [key for key in keys if key]


@lru_cache(maxsize=2000)  # reading a key costs more than checking a signature with it
def _usable(published_key: str, algorithm: str) -> Key | None:
    """Return the key when it may verify signatures of `algorithm`; others in the set are passed over.

    A key whose private half (`d`) is published with it proves nothing, for anybody may sign with it.
    """
    jwk: dict[str, Any] = json.loads(published_key)
    model = JWSRegistry.algorithms[algorithm]
    if (
        jwk.get("kty") != model.key_type
        or jwk.get("use", "sig") != "sig"
        or jwk.get("alg", algorithm) != algorithm
        or "d" in jwk
        or (model.key_type == "RSA" and _bits(jwk.get("n")) < SHORTEST_RSA_BITS)
    ):
        return None
    try:
        key = import_key({name: value for name, value in jwk.items() if name not in {"x5c", "x5u"}})
        model.check_key(key)
        key.get_op_key("verify")
    except (JoseError, ValueError, TypeError, KeyError, UnsupportedAlgorithm):
        return None
    return key


def _bits(number: object) -> int:
    """Return the length of an unsigned integer as JWK writes it (Base64urlUInt, RFC 7518 2)."""
    if not isinstance(number, str):
        return 0
    try:
        return int.from_bytes(urlsafe_b64decode(number + "=" * (-len(number) % 4))).bit_length()
    except ValueError:
        return 0
