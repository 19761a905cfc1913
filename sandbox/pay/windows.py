"""Challenge windows: where the bank asks the person, and how an intent points there."""

from typing import Any

from sandbox.pay.ids import letters
from sandbox.pay.store import Record
from sandbox.pay.work import Work


def open_window(work: Work, intent: Record, method: Record, params: dict[str, Any], *, publishable: bool) -> Record:
    """Open a window for `intent` and return the `next_action` that leads there.

    With `use_stripe_sdk` the script on the page shows it in a frame; with a `return_url` the browser goes
    there and comes back.
    """
    in_frame = bool(params.get("use_stripe_sdk")) or (publishable and not params.get("return_url"))
    window: Record = {
        "id": letters(32),
        "object": "window",
        "intent": intent["id"],
        "intent_object": intent["object"],
        "account": work.account,
        "card": {"brand": method["card"]["brand"], "last4": method["card"]["last4"]},
        "return_url": None if in_frame else params.get("return_url"),
        "open": True,
        "outcome": None,
        "created": work.now,
    }
    work.at(work.platform).put(window)
    intent["_window"] = window["id"]
    url = f"{work.hooks}/challenge/{window['id']}"
    if in_frame:
        return {
            "type": "use_stripe_sdk",
            "use_stripe_sdk": {"type": "three_d_secure_redirect", "stripe_js": url},
        }
    redirect = {"url": f"{url}?mode=redirect", "return_url": params.get("return_url")}
    return {"type": "redirect_to_url", "redirect_to_url": redirect}


def close_window(work: Work, intent: Record, outcome: str = "failed") -> None:
    """Close the intent's window, if one is open; its page can no longer decide anything."""
    home = work.at(work.platform)
    window = home.look("window", intent.get("_window") or "")
    intent["_window"] = None
    intent["next_action"] = None
    if window is not None and window["open"]:
        window["open"] = False
        window["outcome"] = outcome
        home.put(window)
