"""What banks do by themselves: to cards, refunds, sellers. No call causes it, so the control plane does."""

from typing import Any

from sandbox.pay.cards import BY_NAME
from sandbox.pay.disputes import close_dispute, open_dispute
from sandbox.pay.errors import invalid, refused
from sandbox.pay.events import tell
from sandbox.pay.forge import check_expiry, fingerprint
from sandbox.pay.onboarding import restrict, verify
from sandbox.pay.refunding import finish, give_up
from sandbox.pay.state import State
from sandbox.pay.store import Record
from sandbox.pay.wallet import detach
from sandbox.pay.work import Work

_YEARS = 3


def home_of(state: State, name: str, object_id: str) -> str:
    """Return the account that has the object; raise the 404 when none has."""
    for account in state.accounts:
        if state.store.find(account, name, object_id) is not None:
            return account
    with state.work() as work:
        work.find(name, object_id)
    return state.platform


def renew(state: State, params: dict[str, Any]) -> Record:
    """Give an attached card a new expiry (three years on by default), or with `card` a new number."""
    account = home_of(state, "payment_method", params["payment_method"])
    with state.work(account) as work:
        method = work.find("payment_method", params["payment_method"])
        if method["customer"] is None:
            raise refused("Banks renew attached cards only.", param="payment_method")
        before = {**method["card"]}
        method["card"] = {**before, **_new_number(work, method, params.get("card"))}
        month = params.get("exp_month", before["exp_month"])
        year = check_expiry(month, params.get("exp_year", before["exp_year"] + _YEARS), work.now)
        method["card"].update(exp_month=month, exp_year=year)
        changed = {name: value for name, value in before.items() if method["card"][name] != value}
        work.put(method)
        tell(work, "payment_method.automatically_updated", method, {"card": changed})
        return method


def take_back(state: State, params: dict[str, Any]) -> Record:
    """Detach a card as Stripe does by itself, without a request of ours."""
    account = home_of(state, "payment_method", params["payment_method"])
    with state.work(account) as work:
        method = work.find("payment_method", params["payment_method"])
        detach(work, method)
        return method


def end_refund(state: State, params: dict[str, Any]) -> None:
    """Let a refund succeed or fail."""
    with state.work(home_of(state, "refund", params["refund"])) as work:
        record = work.find("refund", params["refund"])
        if record["status"] == "failed":
            raise refused("The refund has failed already.", param="refund")
        (finish if params["outcome"] == "succeeded" else give_up)(work, record)


def judge_account(state: State, params: dict[str, Any]) -> None:
    """Approve or restrict a connected account."""
    with state.work() as work:
        work.find("account", params["account"])
        (verify if params["outcome"] == "approved" else restrict)(work, params["account"])


def dispute(state: State, params: dict[str, Any]) -> None:
    """Open a dispute over a charge."""
    with state.work(home_of(state, "charge", params["charge"])) as work:
        open_dispute(work, params["charge"])


def end_dispute(state: State, params: dict[str, Any]) -> None:
    """Close a dispute."""
    with state.work(home_of(state, "dispute", params["dispute"])) as work:
        close_dispute(work, params["dispute"], won=params["outcome"] == "won")


def _new_number(work: Work, method: Record, name: str | None) -> Record:
    if name is None:
        return {}
    if name not in BY_NAME:
        raise invalid("No test card has that name.", param="card")
    card = BY_NAME[name]
    method["_card"] = name
    return {"last4": card.last4, "fingerprint": fingerprint(work, card), "brand": card.brand}
