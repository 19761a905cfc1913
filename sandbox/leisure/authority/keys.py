"""The key that signs ID Tokens, kept in the database so that several processes sign with the same one."""

import json

from joserfc.jwk import KeySet, RSAKey

from sandbox.leisure.store import Store

ALGORITHM = "RS256"


def signing_key(store: Store) -> RSAKey:
    """Return the key, made when it is first asked for."""
    made = RSAKey.generate_key(2048, {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    with store.work() as work:
        work.execute("LOCK TABLE signing_key")
        rows = work.execute("SELECT key FROM signing_key").fetchall()
        if rows:
            return RSAKey.import_key(rows[0]["key"])
        work.execute("INSERT INTO signing_key VALUES (%s)", [json.dumps(made.as_dict(private=True))])
    return made


def published(key: RSAKey) -> KeySet:
    """Return the public half, as relying parties fetch it."""
    return KeySet([RSAKey.import_key(key.as_dict(private=False))])
