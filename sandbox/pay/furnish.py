"""What exists before anybody calls: the platform's webhook endpoint and the connected accounts."""

import hashlib

from sandbox.pay import endpoints
from sandbox.pay.state import State


def default_endpoint(state: State) -> str:
    """Return the id of the endpoint that the world names."""
    return "we_1" + hashlib.sha256(state.platform.encode()).hexdigest()[:23]


def furnish(state: State) -> None:
    """Make what the world names; what is there already keeps its other members."""
    payments = state.world.payments
    with state.work() as work:
        record = endpoints.blank(default_endpoint(state), payments.webhook_url, ["*"], work.now)
        record.update(_secret=payments.webhook_secret, _scope="both", description="The platform")
        work.put(record)


def send_again(state: State) -> None:
    """Hand to the courier what was not delivered when the service stopped."""
    with state.lock:
        left = [
            (account, event["id"])
            for account in state.accounts
            for event in state.store.every(account, "event")
            if event["_to"]
        ]
    state.courier.take(left)
