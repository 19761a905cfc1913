"""Connected accounts: sellers, as the platform sees them."""

from typing import Any

from sandbox.pay.call import Call, endpoint
from sandbox.pay.errors import ApiError, invalid
from sandbox.pay.events import tell
from sandbox.pay.forge import ADDRESS
from sandbox.pay.forms import under
from sandbox.pay.ids import fresh
from sandbox.pay.listing import CREATED, PAGING, page
from sandbox.pay.metadata import merged
from sandbox.pay.store import Record
from sandbox.pay.work import Work

CAPABILITIES = ("card_payments", "transfers")
_DUE = ("business_profile.url", "external_account", "tos_acceptance.date", "tos_acceptance.ip")
_PROFILE = ("mcc", "name", "product_description", "support_email", "support_phone", "support_url", "url")
_DASHBOARDS = {"full": "standard", "express": "express", "none": "custom"}


def requirements(due: tuple[str, ...] = (), **members: Any) -> Record:
    """Return the requirements of an account or capability; `due` is what is asked for now."""
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": list(due),
        "disabled_reason": "requirements.past_due" if due else None,
        "errors": [],
        "eventually_due": list(due),
        "past_due": [],
        "pending_verification": [],
        **members,
    }


def blank(account_id: str, now: int) -> Record:
    """Return a new account that may do nothing yet."""
    return {
        "id": account_id,
        "object": "account",
        "business_profile": _profile(),
        "business_type": None,
        "capabilities": {},
        "charges_enabled": False,
        "controller": _controller({}),
        "country": "GB",
        "created": now,
        "default_currency": "gbp",
        "details_submitted": False,
        "email": None,
        "external_accounts": {
            "object": "list",
            "data": [],
            "has_more": False,
            "url": f"/v1/accounts/{account_id}/external_accounts",
        },
        "future_requirements": requirements(),
        "metadata": {},
        "payouts_enabled": False,
        "requirements": requirements(_DUE),
        "settings": _settings(),
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
        "type": "none",
    }


def approve(account: Record) -> None:
    """Let the account do all that it has asked for."""
    account.update(charges_enabled=True, payouts_enabled=True, details_submitted=True, requirements=requirements())
    account["capabilities"] = dict.fromkeys(account["capabilities"], "active")


def _profile() -> Record:
    return {
        "annual_revenue": None,
        "estimated_worker_count": None,
        "minority_owned_business_designation": None,
        "support_address": None,
        **dict.fromkeys(_PROFILE),
    }


def _controller(sent: dict[str, Any]) -> Record:
    return {
        "fees": {"payer": "account"},
        "is_controller": True,
        "losses": {"payments": "stripe"},
        "requirement_collection": "stripe",
        "stripe_dashboard": {"type": "full"},
        "type": "application",
        **sent,
    }


def _settings() -> Record:
    return {
        "bacs_debit_payments": {"display_name": None, "service_user_number": None},
        "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
        "card_issuing": {"tos_acceptance": {"date": None, "ip": None}},
        "card_payments": {
            "decline_on": {"avs_failure": False, "cvc_failure": False},
            "statement_descriptor_prefix": None,
            "statement_descriptor_prefix_kana": None,
            "statement_descriptor_prefix_kanji": None,
        },
        "dashboard": {"display_name": None, "timezone": "Etc/UTC"},
        "invoices": {"default_account_tax_ids": None, "hosted_payment_method_save": None},
        "payments": {
            "statement_descriptor": None,
            "statement_descriptor_kana": None,
            "statement_descriptor_kanji": None,
            "statement_descriptor_prefix_kana": None,
            "statement_descriptor_prefix_kanji": None,
        },
        "payouts": {
            "debit_negative_balances": True,
            "schedule": {"delay_days": 2, "interval": "daily"},
            "statement_descriptor": None,
        },
        "sepa_debit_payments": {},
    }


def create(call: Call) -> Record:
    """Make a connected account; what it may do comes with onboarding."""
    work, params = _home(call), call.params
    account = blank(fresh("acct"), work.now)
    account["country"] = params.get("country") or "GB"
    controller = params.get("controller")
    if controller and "type" in params:
        raise invalid("Send controller or type, not both.", param="type")
    account["controller"] = _controller(controller or {})
    account["type"] = params.get("type") or "none"
    if "type" in params:
        dashboard = {old: new for new, old in _DASHBOARDS.items()}[params["type"]]
        account["controller"]["stripe_dashboard"] = {"type": dashboard}
    _change(account, params)
    return work.put(account)


def retrieve(call: Call) -> Record:
    """Return the account."""
    return _home(call).find("account", call.id)


def update(call: Call) -> Record:
    """Change what was sent."""
    work = _home(call)
    account = work.find("account", call.id)
    before = {name: account[name] for name in ("email", "business_type", "metadata", "business_profile")}
    _change(account, call.params)
    changed = {name: value for name, value in before.items() if account[name] != value}
    work.put(account)
    if changed:
        tell(work.at(call.id), "account.updated", account, changed)
    return account


def delete(call: Call) -> Record:
    """Delete the account, for good."""
    work = _home(call)
    account = work.find("account", call.id)
    tell(work.at(call.id), "account.application.deauthorized", account)
    work.remove("account", call.id)
    return {"id": call.id, "object": "account", "deleted": True}


def index(call: Call) -> Record:
    """List the connected accounts."""
    return page(_home(call).every("account"), call.params, "/v1/accounts")


def capability(call: Call) -> Record:
    """Return one capability of an account."""
    account = _home(call).find("account", call.id)
    if call.path["name"] not in account["capabilities"]:
        raise ApiError(404, "The account has not asked for that.", code="resource_missing", param="capability")
    return capability_of(account, call.path["name"])


def capabilities(call: Call) -> Record:
    """List the capabilities of an account."""
    account = _home(call).find("account", call.id)
    found = [capability_of(account, name) for name in sorted(account["capabilities"])]
    return {"object": "list", "url": f"/v1/accounts/{call.id}/capabilities", "has_more": False, "data": found}


def capability_of(account: Record, name: str) -> Record:
    """Return the capability of that name as an object of its own."""
    return {
        "id": name,
        "object": "capability",
        "account": account["id"],
        "future_requirements": requirements(),
        "requested": True,
        "requested_at": account["created"],
        "requirements": account["requirements"],
        "status": account["capabilities"][name],
    }


def _change(account: Record, params: dict[str, Any]) -> None:
    for name in ("email", "business_type"):
        if name in params:
            account[name] = params[name]
    account["business_profile"] = {**account["business_profile"], **(params.get("business_profile") or {})}
    account["metadata"] = merged(account["metadata"], params)
    wanted = params.get("capabilities") or {}
    asked = {name for name, sent in wanted.items() if sent.get("requested")}
    status = "active" if account["charges_enabled"] else "inactive"
    old = account["capabilities"]
    account["capabilities"] = {**old, **{name: old.get(name, status) for name in sorted(asked)}}


def _home(call: Call) -> Work:
    if call.work.account != call.work.platform and call.path.get("id") != call.work.account:
        raise ApiError(403, "Accounts are managed without the Stripe-Account header.", code="account_invalid")
    return call.work.at(call.work.platform)


_FIELDS = (
    "email",
    "business_type:individual|company|non_profit|government_entity",
    "metadata[*]",
    *under("business_profile", *_PROFILE, *under("support_address", *ADDRESS)),
    *(f"capabilities[{name}][requested]:bool" for name in CAPABILITIES),
)
_ON_CREATION = (
    "country",
    "type:standard|express|custom",
    "controller[fees][payer]:account|application",
    "controller[losses][payments]:application|stripe",
    "controller[requirement_collection]:application|stripe",
    "controller[stripe_dashboard][type]:full|express|none",
)
ENDPOINTS = (
    endpoint("POST /v1/accounts", "account", create, *_FIELDS, *_ON_CREATION),
    endpoint("GET /v1/accounts", "list:account", index, *PAGING, *CREATED),
    endpoint("GET /v1/accounts/<id>", "account", retrieve),
    endpoint("POST /v1/accounts/<id>", "account", update, *_FIELDS),
    endpoint("DELETE /v1/accounts/<id>", "account", delete),
    endpoint("GET /v1/accounts/<id>/capabilities", "list:capability", capabilities),
    endpoint("GET /v1/accounts/<id>/capabilities/<name>", "capability", capability),
)
