"""What the daily jobs cost at 10 k, 100 k and 1 M cards: seconds, microseconds a card, and the memory of the worker.

`python -m bench.daily_jobs` prints the table. Each size has a PostgreSQL of its own, as in production (fsync on), and a
process of its own that does nothing but the jobs.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

SIZES = (10_000, 100_000, 1_000_000)
NOW = datetime(2027, 6, 15, 9, tzinfo=UTC)  # within the window of June's reminders
JOBS = {
    "remind": "Reminders, on the month's first day: one card in 60 is due",
    "again": "Reminders, on every other day: nobody new",
    "sweep": "Sweeps, with nothing left half-done",
    "hand_on": "Expired defaults handed on: one card in 300",
    "undo": "Undo purge: one removal in 1,000 cards that was undone",
    "forget": "Forgetting old events, effects and mails: one for 100 cards",
}


def measure(sizes: tuple[int, ...] = SIZES) -> dict[int, dict[str, float]]:
    """Return seconds by job, and `memory` in megabytes, for each number of cards."""
    return {size: _of(size) for size in sizes}


def rows(found: dict[int, dict[str, float]]) -> list[tuple[str, str, str]]:
    """Return the lines of a table: what, figure, aim."""
    table = [
        (words, " · ".join(_cost(found[size][job], size) for size in found), "flat") for job, words in JOBS.items()
    ]
    memory = " · ".join(f"{each['memory']:.0f} MB" for each in found.values())
    return [*table, ("Memory of the process that did all of that", memory, "flat")]


def _cost(seconds: float, cards: int) -> str:
    return f"{seconds * 1e6 / cards:.1f} µs a card ({seconds:.2f} s)"


def _of(size: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user when we are root
        environment = {**os.environ, "IMIN_DATA": f"{folder}/data", "IMIN_EMBEDDED_FSYNC": "1"}
        command = [sys.executable, "-m", "bench.daily_jobs", str(size)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return figures


# ── in a process of its own ─────────────────────────────────────────────────────────────────────────────────


def _child(size: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "imin.settings"
    from imin.ground import embedded  # noqa: PLC0415 only this process has Django
    from imin.serve import migrate  # noqa: PLC0415

    with embedded.running():
        migrate()
        from imin.ground.database import as_owner  # noqa: PLC0415 Django is set up now

        with as_owner():
            _fill(size)
            print(json.dumps(_timed()))


def _timed() -> dict[str, float]:
    from imin.ground import outbox  # noqa: PLC0415
    from imin.mail.forget import forget_old as forget_mails  # noqa: PLC0415
    from imin.payments import detach, events, hand_on, leave, remind, sweep  # noqa: PLC0415
    from imin.payments.guard import count as guard  # noqa: PLC0415

    def sweeps() -> None:
        sweep.sweep_setups(now=NOW)
        sweep.sweep_changes(now=NOW)
        leave.leave_due(now=NOW)
        guard.forget_old(now=NOW)

    def undo() -> None:
        while detach.detach_due(now=NOW):
            pass

    def forget() -> None:
        events.forget_old(now=NOW)
        outbox.forget_done(now=NOW)
        forget_mails(now=NOW)

    jobs: dict[str, Callable[[], Any]] = {
        "remind": lambda: remind.remind_due(now=NOW),
        "again": lambda: remind.remind_due(now=NOW),
        "sweep": sweeps,
        "hand_on": lambda: hand_on.hand_on_due(now=NOW),
        "undo": undo,
        "forget": forget,
    }
    figures = {}
    for name, job in jobs.items():
        started = time.perf_counter()
        job()
        figures[name] = time.perf_counter() - started
    figures["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return figures


def _fill(size: int) -> None:
    """Store `size` cards of 4/5 as many Customers, each with how it was added; every 50th is one that a booking needs.

    One row of each kind is stored as the product does, then copied by the database.
    """
    from django.db import connections  # noqa: PLC0415

    from imin.ground.database import OWNER  # noqa: PLC0415

    _first_of_each()
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # the copies are known to be sound
        for table, step, changes in _COPIES:
            new = ", ".join(f"'{column}', {value}" for column, value in changes.items())
            cursor.execute(
                f"INSERT INTO {table} SELECT r.* FROM (SELECT * FROM {table} LIMIT 1) AS t, "
                f"generate_series(1, {size}, {step}) AS n, "
                f"jsonb_populate_record(NULL::{table}, to_jsonb(t) || jsonb_build_object({new})) AS r"
            )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def _id(of: str, n: str = "n") -> str:
    return f"md5('{of}' || {n})::uuid"


_OWNER = _id("customer", "(n - (n % 5 = 0)::int)")  # each fifth card is the second one of the Customer before it
_COPIES = [
    ("customers_customer", 1, {"id": _id("customer"), "identifier": "'c' || n", "subject": "'s' || n"}),
    (
        "payments_card",
        1,
        {
            "id": _id("card"),
            "customer_id": _OWNER,
            "reference": "'pm_' || n",
            "is_default": "n % 5 <> 0",
            "exp_year": "2027 + n / 5 % 60 / 12",
            "exp_month": "1 + n / 5 % 12",
        },
    ),
    (
        "payments_cardsetup",
        1,
        {"id": _id("setup"), "customer_id": _OWNER, "card_id": _id("card"), "attempt": _id("form")},
    ),
    (
        "payments_cardbooking",
        50,
        {
            "id": _id("booking"),
            "customer_id": _id("customer", "(n + 3)"),
            "card_id": _id("card", "(n + 4)"),
            "reference": "'b' || n",
        },
    ),
    ("payments_gatewayevent", 200, {"id": "n + 10", "event": "'evt_' || n"}),
    ("outbox", 200, {"id": _id("done")}),
    (
        "outbox",
        1000,
        {
            "id": _id("undone"),
            "kind": "'payments.detach'",
            "done_at": "NULL",
            "payload": f"jsonb_build_object('customer', {_id('customer')}, 'account', '', 'reference', 'pm_' || n)",
        },
    ),
]


def _first_of_each() -> None:

    from imin.brokers.models import Broker, Domain  # noqa: PLC0415
    from imin.customers.models import Customer  # noqa: PLC0415
    from imin.ground.outbox import Effect  # noqa: PLC0415
    from imin.payments.models import Card, CardBooking, CardSetup, GatewayEvent  # noqa: PLC0415

    old = NOW - timedelta(days=40)
    broker = Broker.objects.create(slug="bench", name="Bench", dashboard_url="http://localhost/")
    Domain.objects.create(broker=broker, host="cards.bench.localhost")
    whose = {"broker": broker, "customer": Customer.objects.create(broker=broker, email="a@b.example", created_at=old)}
    card = Card.objects.create(
        **whose, reference="pm_", brand="visa", last4="4242", exp_month=1, exp_year=2040, created_at=old, changed_at=old
    )
    CardSetup.objects.create(
        **whose, card=card, status="saved", attempt=card.id, created_at=old, due_at=old, finished_at=old
    )
    CardBooking.objects.create(
        **whose, card=card, reference="b", title="Swim", day=NOW.date(), until=NOW + timedelta(days=30),
        placed_at=old, changed_at=old,
    )  # fmt: skip
    GatewayEvent.objects.create(event="evt_", kind="card", subject="pm_", received_at=old, due_at=old, handled_at=old)
    Effect.objects.create(broker_id=broker.id, kind="bench", created_at=old, due_at=old, done_at=old)


def main() -> None:
    """Measure and print."""
    from bench.processor import machine  # noqa: PLC0415

    found = measure()
    print(f"{machine()}; {' · '.join(f'{size:,} cards' for size in found)}\n")
    for row in rows(found):
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _child(int(sys.argv[1]))
    else:
        main()
