"""Account links: the seller's way to one page that stands for all of onboarding, and what follows from it."""

from sandbox.pay.accounts import CAPABILITIES, approve, capability_of, requirements
from sandbox.pay.call import Call, endpoint
from sandbox.pay.events import tell
from sandbox.pay.ids import letters
from sandbox.pay.jobs import later
from sandbox.pay.store import Record
from sandbox.pay.work import Work

LIFE = 5 * 60
VERIFIED_AFTER = 3


def create(call: Call) -> Record:
    """Make a link that works once, for some minutes."""
    work, params = call.work, call.params
    work.find("account", params["account"], param="account")
    token = letters(32)
    link = {
        "id": token,
        "object": "account_link",
        "created": work.now,
        "expires_at": work.now + LIFE,
        "url": f"{work.desk}/onboarding/{token}",
        "_account": params["account"],
        "_refresh_url": params["refresh_url"],
        "_return_url": params["return_url"],
        "_used": False,
    }
    work.put(link)
    return {name: value for name, value in link.items() if name != "id"}


def use(work: Work, token: str) -> Record | None:
    """Return the link and use it up; None when it was used, is too old or never was."""
    link = work.look("account_link", token)
    if link is None or link["_used"] or link["expires_at"] <= work.now:
        return None
    link["_used"] = True
    return work.put(link)


def submit(work: Work, account_id: str) -> None:
    """Take the seller's details as given; they are verified a moment later."""
    account = work.find("account", account_id)
    if account["details_submitted"]:
        return
    before = {"details_submitted": False, "requirements": account["requirements"]}
    pending = requirements(pending_verification=["company.verification.document"])
    account.update(
        details_submitted=True, requirements={**pending, "disabled_reason": "requirements.pending_verification"}
    )
    work.put(account)
    tell(work.at(account_id), "account.updated", account, before)
    later(work, "verify_account", account_id, VERIFIED_AFTER)


def verify(work: Work, account_id: str) -> None:
    """Approve the account: it may take payments and be paid out."""
    account = work.look("account", account_id)
    if account is None:
        return
    before = {name: account[name] for name in ("charges_enabled", "payouts_enabled", "requirements", "capabilities")}
    if not account["capabilities"]:
        account["capabilities"] = dict.fromkeys(CAPABILITIES, "inactive")
    approve(account)
    _told(work, account, before)


def restrict(work: Work, account_id: str) -> None:
    """Let the account fall back: something is asked for and overdue, and it may do nothing."""
    account = work.find("account", account_id)
    before = {name: account[name] for name in ("charges_enabled", "payouts_enabled", "requirements", "capabilities")}
    overdue = ("business_profile.url",)
    account.update(
        charges_enabled=False,
        payouts_enabled=False,
        requirements=requirements(overdue, past_due=list(overdue)),
        capabilities=dict.fromkeys(account["capabilities"], "inactive"),
    )
    _told(work, account, before)


def _told(work: Work, account: Record, before: Record) -> None:
    work.put(account)
    tell(work.at(account["id"]), "account.updated", account, before)
    for name in account["capabilities"]:
        tell(work.at(account["id"]), "capability.updated", capability_of(account, name))


ENDPOINTS = (
    endpoint(
        "POST /v1/account_links",
        "account_link",
        create,
        "account!",
        "refresh_url!",
        "return_url!",
        "type:account_onboarding|account_update!",
        "collection_options[fields]:currently_due|eventually_due",
        "collection_options[future_requirements]:include|omit",
    ),
)
