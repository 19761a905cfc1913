"""The bank's question to the person: find the window, and answer it."""

from dataclasses import dataclass
from typing import Any

from sandbox.pay import paying, setting_up
from sandbox.pay.state import State
from sandbox.pay.store import Record
from sandbox.pay.work import Work

_KINDS: dict[str, Any] = {"setup_intent": setting_up, "payment_intent": paying}


@dataclass(frozen=True)
class Challenge:
    """One window: which intent it belongs to (`kind` is the intent's object name) and how it went."""

    over: bool
    passed: bool
    kind: str
    intent_id: str
    client_secret: str
    last4: str
    brand: str
    return_url: str | None


def find(state: State, token: str) -> Challenge | None:
    """Return the window, open or over; None when there never was one."""
    with state.work() as work:
        window = work.look("window", token)
        if window is None:
            return None
        intent = work.at(window["account"]).find(window["intent_object"], window["intent"])
        card = window["card"]
        return Challenge(
            over=not window["open"],
            passed=window["outcome"] == "succeeded",
            kind=window["intent_object"],
            intent_id=window["intent"],
            client_secret=intent["client_secret"],
            last4=card["last4"],
            brand=card["brand"],
            return_url=window["return_url"],
        )


def complete(state: State, token: str) -> None:
    """Tell the bank that the person proved who they are; nothing happens to a window that is over."""
    _answer(state, token, "pass_challenge")


def fail(state: State, token: str) -> None:
    """Tell the bank that the person failed or left; nothing happens to a window that is over."""
    _answer(state, token, "fail_challenge")


def _answer(state: State, token: str, verb: str) -> None:
    with state.work() as platform:
        window = platform.look("window", token)
        if window is None or not window["open"]:
            return
        work = platform.at(window["account"])
        intent, method = _parties(work, window)
        getattr(_KINDS[window["intent_object"]], verb)(work, intent, method)


def _parties(work: Work, window: Record) -> tuple[Record, Record]:
    intent = work.find(window["intent_object"], window["intent"])
    return intent, work.find("payment_method", intent["payment_method"])
