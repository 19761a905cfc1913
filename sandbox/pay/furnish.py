"""What exists before anybody calls: the platform's webhook endpoint and the connected accounts."""

import hashlib

from sandbox.pay import accounts, endpoints
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
        for account_id in payments.connected_accounts:
            if work.look("account", account_id) is None:
                account = accounts.blank(account_id, work.now)
                account["capabilities"] = dict.fromkeys(accounts.CAPABILITIES, "active")
                accounts.approve(account)
                work.put(account)


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
