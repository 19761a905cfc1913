"""Metadata: the caller's own keys, merged on update."""

from typing import Any

from sandbox.pay.errors import invalid

KEYS, KEY_LENGTH, VALUE_LENGTH = 50, 40, 500


def merged(old: dict[str, str], params: dict[str, Any]) -> dict[str, str]:
    """Return `old` with the sent keys; an empty value removes a key, an empty `metadata` removes all."""
    if "metadata" not in params:
        return old
    sent = params["metadata"]
    if sent is None:
        return {}
    for key, value in sent.items():
        if len(key) > KEY_LENGTH:
            raise invalid(f"Metadata keys have at most {KEY_LENGTH} characters.", param="metadata")
        if len(value) > VALUE_LENGTH:
            raise invalid(f"Metadata values have at most {VALUE_LENGTH} characters.", param=f"metadata[{key}]")
    result = {key: value for key, value in {**old, **sent}.items() if value}
    if len(result) > KEYS:
        raise invalid(f"Metadata has at most {KEYS} keys.", param="metadata")
    return result
