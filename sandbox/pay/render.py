"""From what we remember to what is published: without the members whose name begins with an underscore."""

from typing import Any

from sandbox.pay.store import Record

_NOT_FOR_BROWSERS = {
    "application",
    "application_fee_amount",
    "customer",
    "customer_account",
    "metadata",
    "on_behalf_of",
    "single_use_mandate",
    "transfer_data",
    "transfer_group",
}


def render(record: Record) -> Record:
    """Return a deep copy fit for an answer or an event."""
    return {
        key: value if key == "metadata" else _value(value) for key, value in record.items() if not key.startswith("_")
    } | ({"metadata": dict(record["metadata"])} if isinstance(record.get("metadata"), dict) else {})


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return render(value)
    if isinstance(value, list):
        return [_value(entry) for entry in value]
    return value


def browser_view(shown: Record) -> Record:
    """Return the part of a rendered intent that a publishable key may see; other objects whole."""
    if shown.get("object") not in ("setup_intent", "payment_intent"):
        return shown
    return {name: value for name, value in shown.items() if name not in _NOT_FOR_BROWSERS}
