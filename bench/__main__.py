"""Measure, print, and write the figures between the README's bench marks."""

import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench import card_list, daily_jobs, leisure, page, sign_in, sign_ins, tls_ask
from bench.processor import machine
from tests.journeys.stack import demo

AS_IN_PRODUCTION = {"IMIN_EMBEDDED_FSYNC": "1", "IMIN_LOG_FORMAT": "json", "IMIN_RATE_LIMITS": "0"}
README = Path(__file__).parent.parent / "README.md"


def main() -> None:
    """Run every measurement against a demo of its own."""
    with tempfile.TemporaryDirectory() as folder, demo(Path(folder) / "data", **AS_IN_PRODUCTION) as stack:
        rates = card_list.measure(stack)
        signing_in = sign_in.measure(stack)
        asked = tls_ask.measure(stack)
        weight = page.measure(stack)
        each = sign_ins.measure(stack)
    daily = daily_jobs.measure()
    booking_system = leisure.measure()
    listed, bare, project, asking = (rates[name] for name in ("list", "bare", "project", "asking"))
    rows = [
        ("What", "Figure", "Aim"),
        ("---", "---", "---"),
        (f"Signed-in card list ({card_list.CARDS} cards), requests per CPU-second of the web process",
         f"{listed.per_web_cpu:,.0f} (with PostgreSQL's CPU: {listed.per_total_cpu:,.0f})", ""),
        (f"The same with {card_list.MANY_CARDS} cards", f"{rates['many'].per_web_cpu:,.0f}", ""),
        (f"A page of a history of {card_list.HISTORY} entries", f"{rates['history'].per_web_cpu:,.0f}", ""),
        ("Empty Django view without any middleware, same server, same run", f"{bare.per_web_cpu:,.0f}", ""),
        ("Ratio", f"{listed.per_web_cpu / bare.per_web_cpu:.2f}", "≥ 0.4"),
        ("Ratio to an empty view with the middleware of a new Django project",
         f"{listed.per_web_cpu / project.per_web_cpu:.2f} ({project.per_web_cpu:,.0f})", ""),
        ("Ratio to an empty view that asks the database once, which every page must",
         f"{listed.per_web_cpu / asking.per_web_cpu:.2f} ({asking.per_web_cpu:,.0f})", ""),
        (f"Silent sign-in, {signing_in.redirects} redirects: our time, median of {sign_in.ROUNDS}",
         f"{signing_in.wall_ms:.1f} ms (CPU {signing_in.cpu_ms:.1f} ms)", ""),
        ("Silent sign-ins per CPU-second of the web process",
         f"{each.one:,.0f} (with PostgreSQL's CPU: {each.with_database:,.0f})", ""),
        (f"Ratio to a minimal relying party on Node (`openid-client`), which keeps nothing; {sign_ins.TURNS} turns",
         f"{each.to_peer:.2f} ({each.peer:,.0f})", "≥ 1.0"),
        ("Ratio to the same one when it keeps sign-ins and sessions in PostgreSQL, as more than one process must",
         f"{each.to_keeping:.2f} ({each.keeping:,.0f})", ""),
        (f"Sign-ins spread over {sign_ins.BROKERS:,} Brokers: times the CPU of those at one",
         f"{each.one_to_many:.2f}", "≤ 1.1"),
        (f"The edge's question, whether a host may have a certificate: median of {tls_ask.ASKS:,}",
         f"{asked.median_ms:.2f} ms (99 of 100 below {asked.p99_ms:.2f} ms)", "milliseconds"),
        (f"Card list: all that our host sends, {weight.requests} requests", f"{weight.kilobytes:.1f} KB", "≤ 60 KB"),
        ("Card list on Fast 3G, processor slowed 4×, empty cache: can be used after",
         f"{weight.interactive_s:.2f} s", "≤ 2 s"),
        *((f"{what}, at {' · '.join(f'{size:,}' for size in daily)} cards", figure, aim)
          for what, figure, aim in daily_jobs.rows(daily)),
        *booking_system.rows(),
    ]  # fmt: skip
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    text = f"Measured by `make bench` on {datetime.now(UTC):%-d %B %Y}: {machine()}.\n\n{table}\n"
    print(text)
    if README.exists():
        marks = re.compile(r"(<!-- bench -->\n).*?(<!-- /bench -->)", re.DOTALL)
        README.write_text(marks.sub(lambda found: found.group(1) + text + found.group(2), README.read_text()))


if __name__ == "__main__":
    main()
