"""CustomerSessions: what a payment form may show and do for one customer, for half an hour."""

from typing import Any

from sandbox.pay.call import Call, endpoint
from sandbox.pay.errors import invalid
from sandbox.pay.forms import under
from sandbox.pay.ids import fresh, letters
from sandbox.pay.methods import living_customer
from sandbox.pay.store import Record

LIFE = 30 * 60
_SWITCH = "disabled|enabled"
_MOST_SHOWN = 10


def create(call: Call) -> Record:
    """Make a session; its answer has a secret and no id."""
    work = call.work
    element = call.params["components"].get("payment_element")
    if not element or not element.get("enabled"):
        raise invalid("Enable a component: payment_element.", param="components")
    session: Record = {
        "id": fresh("cuss"),
        "object": "customer_session",
        "client_secret": f"cuss_secret_{letters(50)}",
        "components": _components(element.get("features") or {}),
        "created": work.now,
        "customer": living_customer(call, call.params["customer"]),
        "customer_account": None,
        "expires_at": work.now + LIFE,
        "livemode": False,
    }
    work.put(session)
    return {name: value for name, value in session.items() if name != "id"}


def _components(sent: dict[str, Any]) -> Record:
    limit = sent.get("payment_method_redisplay_limit", 3)
    if not 1 <= limit <= _MOST_SHOWN:
        name = "components[payment_element][features][payment_method_redisplay_limit]"
        raise invalid(f"At most {_MOST_SHOWN} cards are shown.", param=name)
    features = {
        "payment_method_allow_redisplay_filters": ["always"],
        "payment_method_redisplay": "disabled",
        "payment_method_remove": "disabled",
        "payment_method_save": "disabled",
        "payment_method_save_usage": None,
        **sent,
        "payment_method_redisplay_limit": limit,
    }
    off = {"enabled": False, "features": None}
    return {
        "buy_button": {"enabled": False},
        "customer_sheet": off,
        "mobile_payment_element": off,
        "payment_element": {"enabled": True, "features": features},
        "pricing_table": {"enabled": False},
    }


_FEATURES = under(
    "components",
    *under(
        "payment_element",
        "enabled:bool!",
        *under(
            "features",
            f"payment_method_redisplay:{_SWITCH}",
            "payment_method_allow_redisplay_filters[]:always|limited|unspecified",
            "payment_method_redisplay_limit:int",
            f"payment_method_save:{_SWITCH}",
            "payment_method_save_usage:off_session|on_session",
            f"payment_method_remove:{_SWITCH}",
        ),
    ),
)
ENDPOINTS = (
    endpoint("POST /v1/customer_sessions", "customer_session", create, "customer!", "components!", *_FEATURES),
)
