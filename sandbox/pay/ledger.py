"""The books of an account: one entry for each movement of money, in minor units."""

from sandbox.pay.call import Call, endpoint
from sandbox.pay.ids import fresh
from sandbox.pay.listing import CREATED, PAGING, page
from sandbox.pay.store import Record
from sandbox.pay.work import Work

_TWO_DAYS = 2 * 24 * 60 * 60


def enter(work: Work, source: Record, amount: int, kind: str, *, at_once: bool = False) -> Record:
    """Keep and return an entry over `amount` (negative: money that leaves) caused by `source`."""
    return work.put(
        {
            "id": fresh("txn"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": work.now if at_once else work.now + _TWO_DAYS,
            "balance_type": "payments",
            "created": work.now,
            "currency": source["currency"],
            "description": source.get("description"),
            "exchange_rate": None,
            "fee": 0,
            "fee_details": [],
            "net": amount,
            "reporting_category": kind,
            "source": source["id"],
            "status": "available" if at_once else "pending",
            "type": kind,
        }
    )


def balance(work: Work, currency: str) -> int:
    """Return what the account has, in minor units, whether available already or not."""
    entries = work.every("balance_transaction")
    return sum(entry["net"] for entry in entries if entry["currency"] == currency)


def retrieve_balance(call: Call) -> Record:
    """Return what the account has in each currency, now and in two days."""
    work = call.work
    entries = work.every("balance_transaction")
    currencies = sorted({entry["currency"] for entry in entries}) or ["gbp"]
    available = dict.fromkeys(currencies, 0)
    pending = dict.fromkeys(currencies, 0)
    for entry in entries:
        side = available if entry["available_on"] <= work.now else pending
        side[entry["currency"]] += entry["net"]
    return {
        "object": "balance",
        "available": [_sum(*side) for side in available.items()],
        "connect_reserved": [{"amount": 0, "currency": currency} for currency in currencies],
        "livemode": False,
        "pending": [_sum(*side) for side in pending.items()],
    }


def _sum(currency: str, amount: int) -> Record:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


def retrieve(call: Call) -> Record:
    """Return one entry."""
    return call.work.find("balance_transaction", call.id)


def index(call: Call) -> Record:
    """List the entries."""
    return page(call.work.every("balance_transaction"), call.params, "/v1/balance_transactions")


ENDPOINTS = (
    endpoint("GET /v1/balance", "balance", retrieve_balance),
    endpoint("GET /v1/balance_transactions", "list:balance_transaction", index, *PAGING, *CREATED),
    endpoint("GET /v1/balance_transactions/<id>", "balance_transaction", retrieve),
)
