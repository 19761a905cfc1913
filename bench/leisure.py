"""The sandbox's booking system with a million opportunities: making them, reading its feeds, booking.

`python -m bench.leisure` measures it alone; a number after it is another size.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from uuid import uuid4

from bench.load import together
from bench.processor import group_seconds, machine
from tests.sandbox.leisure.partner import BOOKING, BROKER, CUSTOMER, OA, PAYMENT

SIZE = 1_000_000
START_SECONDS = 3600
READERS, PAGES = 4, 400
BUYERS, BOOKINGS = 16, 800
PORT = 8012
ORIGIN = f"http://localhost:{PORT}"
Json = dict[str, Any]


@dataclass(frozen=True)
class Rate:
    """How many a second, and how many for each second of the web process's CPU."""

    each_second: float
    per_web_cpu: float


@dataclass(frozen=True)
class Measured:
    """Seconds from an empty database to the first answer, pages of 500 items, bookings."""

    size: int
    made_seconds: float
    pages: Rate
    bookings: Rate

    def rows(self) -> list[tuple[str, str, str]]:
        """Return the rows of the README's table."""
        what = f"Sandbox booking system with {self.size:,} opportunities"
        return [
            (f"{what}: database and programme made from nothing", f"{self.made_seconds:,.0f} s", "minutes"),
            (f"… feed pages of 500 items for each CPU-second of the web process, {READERS} readers",
             f"{self.pages.per_web_cpu:,.0f} ({self.pages.each_second:,.0f} a second)", ""),
            (f"… bookings (B) for each CPU-second of the web process, {BUYERS} at once",
             f"{self.bookings.per_web_cpu:,.0f} ({self.bookings.each_second:,.0f} a second)", ""),
        ]  # fmt: skip


def measure(size: int = SIZE) -> Measured:
    """Make the programme in a database of its own, and load it."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # noqa: PTH101 PostgreSQL's own user goes through it
        begun = time.monotonic()
        with _served(folder, size) as group:
            made = time.monotonic() - begun
            slots = _bookable(BOOKINGS)
            pages = _rate(group, lambda: together(READERS, _read))
            return Measured(size, made, pages, _rate(group, lambda: _book_all(slots)))


def main() -> None:
    measured = measure(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE)
    print(f"{machine()}\n")
    for what, figure, _ in measured.rows():
        print(f"{what}: {figure}")


@contextmanager
def _served(folder: str, size: int) -> Iterator[int]:
    command = [sys.executable, "-m", "sandbox.leisure", "--data", folder, "--port", str(PORT)]
    process = subprocess.Popen([*command, "--opportunities", str(size)], start_new_session=True)
    try:
        _wait(process)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def _wait(process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError("the booking system stopped")
        with suppress(OSError):
            _get("/openactive", HTTPConnection("localhost", PORT, timeout=5))
            return
        time.sleep(0.2)
    raise RuntimeError("the booking system did not start")


def _rate(group: int, work: Callable[[], int]) -> Rate:
    before, begun = group_seconds(group), time.monotonic()
    count = work()
    return Rate(count / (time.monotonic() - begun), count / (group_seconds(group) - before))


def _get(path: str, connection: HTTPConnection) -> str:
    connection.request("GET", path.removeprefix(ORIGIN))
    answer = connection.getresponse()
    text = answer.read().decode()
    if answer.status != 200:
        raise RuntimeError(text[:300])
    return text


def _read(reader: int, failures: list[str]) -> int:
    """Read pages of slots and sessions from the beginning, as a harvester does."""
    connection = HTTPConnection("localhost", PORT, timeout=60)
    path = "/feeds/slots" if reader % 2 else "/feeds/scheduled-sessions"
    for _ in range(PAGES // READERS):
        if failures:
            break
        found = re.match(r'\{"next": "([^"]+)"', _get(path, connection))
        assert found
        path = found[1]
    return PAGES // READERS


def _bookable(count: int) -> list[Json]:
    """Return slots with places left, each with its seller and the total to pay."""
    connection = HTTPConnection("localhost", PORT, timeout=60)
    sellers = {}
    for facility in _items("/feeds/facility-uses", connection):
        for thing in (facility, *facility.get("individualFacilityUse", [])):
            sellers[thing["@id"]] = facility["provider"]
    found: list[Json] = []
    for slot in _items("/feeds/slots", connection):
        seller = sellers[slot["facilityUse"]]
        if slot["remainingUses"] and seller["taxMode"].endswith("TaxGross"):
            found.append({**slot, "seller": seller["@id"]})
        if len(found) == count:
            return found
    raise RuntimeError(f"only {len(found)} slots can be booked")


def _items(path: str, connection: HTTPConnection) -> Iterator[Json]:
    while True:
        page = json.loads(_get(path, connection))
        yield from (item["data"] for item in page["items"] if "data" in item)
        if not page["items"]:
            return
        path = page["next"]


def _book_all(slots: list[Json]) -> int:
    lock = threading.Lock()

    def buy(_index: int, failures: list[str]) -> int:
        connection, bought = HTTPConnection("localhost", PORT, timeout=60), 0
        while not failures:
            with lock:
                if not slots:
                    break
                slot = slots.pop()
            bought += _book(slot, connection)
        return bought

    return together(BUYERS, buy)


def _book(slot: Json, connection: HTTPConnection) -> bool:
    """Say whether the slot was still to be had: others may have been quicker at the desk."""
    offer = slot["offers"][0]
    item = {"@type": "OrderItem", "position": 0, "acceptedOffer": offer["@id"], "orderedItem": slot["@id"]}
    order = {
        "@context": OA, "@type": "Order", "brokerRole": f"{OA}AgentBroker", "broker": BROKER, "customer": CUSTOMER,
        "seller": slot["seller"], "orderedItem": [item], "payment": {**PAYMENT, "identifier": "bench"},
        "totalPaymentDue": {"@type": "PriceSpecification", "price": offer["price"], "priceCurrency": "GBP"},
    }  # fmt: skip
    headers = {"Content-Type": BOOKING, "X-OpenActive-Test-Client-Id": "bench"}
    headers["X-OpenActive-Test-Seller-Id"] = slot["seller"]
    connection.request("PUT", f"/api/orders/{uuid4()}", json.dumps(order), headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    if answer.status not in (201, 409):
        raise RuntimeError(text[:300])
    return answer.status == 201


if __name__ == "__main__":
    main()
