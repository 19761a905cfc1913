"""The words you can type: `imin run`, `imin work`, `imin migrate`, `imin demo`, `imin check`, `imin keys`."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from imin.cli_bookings import bookings
from imin.cli_keys import keys
from imin.cli_mail import mail
from imin.cli_rights import check_erased, customers
from imin.terminal import RefusedError, TypedWronglyError, broker_named, complain, counted, say, somebody
from imin.terminal import database as _database
from imin.terminal import setup as _setup

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Search, booking and payment for sport and activity, white-label, for many Brokers at once.",
)
check = typer.Typer(
    no_args_is_help=True,
    help="Look whether something is as it should be; exit 1 when it is not, 2 when that cannot be found out.",
)
app.add_typer(check, name="check")
app.add_typer(bookings, name="bookings")
app.add_typer(customers, name="customers")
check.command("erased")(check_erased)
app.add_typer(mail, name="mail")
app.add_typer(keys, name="keys")


def main() -> None:
    """Run the command line; a refusal is one clear line and exit status 1 or 2, never a stack."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imin.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.db.utils import OperationalError, ProgrammingError

    try:
        from psycopg.errors import UndefinedColumn, UndefinedTable

        from imin.ground.embedded import EmbeddedDatabaseError
        from imin.ground.errors import IminError

        try:
            app()
        except IminError as failure:  # nothing is known to be wrong: it could not be found out
            more = "" if str(failure) in {"", str(failure.message)} else f" ({failure})"
            complain.print(f"{failure.message}{more}", soft_wrap=True, markup=False)
            sys.exit(2)
    except OperationalError as failure:
        complain.print(f"The database does not answer (see DATABASE_URL): {failure}", soft_wrap=True, markup=False)
        sys.exit(2)
    except ProgrammingError as failure:
        if not isinstance(failure.__cause__, UndefinedTable | UndefinedColumn):
            raise
        complain.print("The database has not this version's tables: run `imin migrate`.", soft_wrap=True)
        sys.exit(2)
    except RefusedError as refusal:
        complain.print(str(refusal), soft_wrap=True, markup=False)
        sys.exit(refusal.status)
    except (EmbeddedDatabaseError, ImproperlyConfigured) as wrong:
        complain.print(str(wrong), soft_wrap=True, markup=False)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def _tell_version(asked: bool) -> None:  # noqa: FBT001 typer calls it with the option's value
    if asked:
        say.print(f"imin {version('imin')}")
        raise typer.Exit


@app.callback()
def _words(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    del version


@app.command()
def demo() -> None:
    """Start everything on this machine: database, platform, worker, and a sandbox world around it."""
    from imin.demo.run import DemoRefusedError, run

    try:
        run(say=lambda text: say.print(text, soft_wrap=True))
    except DemoRefusedError as refusal:
        raise RefusedError(str(refusal)) from None


@app.command("run")
def serve() -> None:
    """Serve the pages and APIs at IMIN_LISTEN and IMIN_PORT until stopped."""
    from imin.serve import serve

    with _database(make=True, away=True):
        serve()


@app.command()
def work() -> None:
    """Do background jobs until stopped; several may run beside each other."""
    from imin.serve import work

    with _database(make=True, away=True):
        work()


@app.command()
def migrate() -> None:
    """Bring the database to this version's schema; safe to run again."""
    from imin.serve import migrate

    with _database(make=True), say.status("Migrating…"):
        done = migrate()
    say.print(f"Database is up to date ({counted(done, 'migration', 'migrations')} applied now).")


@check.command("cards")
def check_cards() -> None:
    """Compare every saved card with the payment service's record of it."""
    from imin.ground import clock
    from imin.ground.database import as_owner

    with _database():
        _setup()
        from imin.payments.compare import compare

        with as_owner(), say.status("Asking the payment service…"):
            differences = list(compare(now=clock.now()))
    for difference in differences:
        say.print(f"✗ {difference}", soft_wrap=True)
    if differences:
        raise RefusedError(
            f"{counted(len(differences), 'difference', 'differences')}. "
            "The worker's sweep mends what a crash left within a few minutes; if this stays, the log names each card."
        )
    say.print("✓ Our cards and the payment service's agree.")


@check.command("broker")
def check_broker(
    slug: Annotated[str, typer.Argument(help="The Broker's slug, as the console shows it.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report for a program.")] = False,
) -> None:
    """Look at a Broker's domain, OpenID Provider and pages from outside, and say what to change."""
    from imin.ground import clock
    from imin.ground.database import as_owner

    with _database():
        _setup()
        from imin.console.doctor import examine_broker

        with as_owner():
            broker = broker_named(slug)
            with complain.status("Looking from outside…"):
                report = examine_broker(broker, now=clock.now())
    if as_json:
        say.print_json(data=report.as_json())
    else:
        from imin.console.doctor import as_text

        say.print(as_text(report), soft_wrap=True, markup=False)
    if not report.well:
        raise typer.Exit(1)


@check.command("audit")
def check_audit(
    seen: Annotated[
        str, typer.Option(help="NUMBER:HASH that this command printed earlier; it must still be there.")
    ] = "",
) -> None:
    """Look whether an entry of the operators' audit log was changed, replaced or removed."""
    from imin.ground.database import as_owner

    number, _, hash_ = seen.partition(":")
    if seen and not (number.isdigit() and len(hash_) == 64):
        raise TypedWronglyError(
            "--seen takes what this command printed earlier, such as 42:9f86d0… (64 letters and digits)."
        )
    with _database():
        _setup()
        from imin.console import audit

        with as_owner():
            wrong = list(audit.problems(seen=(int(number), hash_) if seen else None))
            count, newest = audit.newest()
    for problem in wrong:
        say.print(f"✗ {problem}", soft_wrap=True)
    if wrong:
        raise RefusedError(
            f"{counted(len(wrong), 'problem', 'problems')}. "
            "Compare with a backup, and ask who had the database's owner role."
        )
    say.print(
        f"✓ {counted(count, 'entry', 'entries')}, none changed or missing. Keep this elsewhere, for --seen next time:",
        soft_wrap=True,
    )
    say.print(f"{count}:{newest}", soft_wrap=True)


@check.command("history")
def check_history(
    broker: Annotated[str, typer.Argument(help="A Broker's slug; all Brokers when left out.")] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report for a program.")] = False,
) -> None:
    """Look whether an entry of a Customer's card history was changed, moved, replaced or removed."""
    from imin.ground.database import as_owner

    with _database():
        _setup()
        from imin.payments.history_check import examine

        with as_owner(), complain.status("Computing every entry's hash again…"):
            report = examine(broker_id=broker_named(broker).id if broker else None)
    if as_json:
        say.print_json(data=report.as_json())
    else:
        for problem in report.problems:
            say.print(f"✗ {problem}", soft_wrap=True)
        if not report.problems:
            counted = f"Entries: {report.entries}, Customers: {report.customers}."
            say.print(f"✓ {counted} None was changed, and none is missing.")
    if report.problems:
        raise typer.Exit(1)


@check.command("page")
def check_page(
    url: Annotated[str, typer.Argument(help="For example https://cards.acmebroker.com/edit/cards/add")],
    *,
    session_file: Annotated[
        Path | None,
        typer.Option(help="File that holds a session's cookie value; without one, a passing Customer is made."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report for a program.")] = False,
) -> None:
    """Compare a live card page's scripts, frames and headers with the inventory; exit 1 when something differs."""
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
        raise TypedWronglyError(f"{url} is no page's address such as https://cards.acmebroker.com/edit/cards/add.")
    with nullcontext() if session_file else _database():
        _setup()
        from imin.brokers.findings import Status
        from imin.cards.page_check import check_page
        from imin.console.doctor import Report, as_text

        with _session(url, session_file) as session, complain.status("Looking…"):
            results = check_page(url, session=session)
    report = Report(url, "The page", {url: results}, {})
    if as_json:
        steps = [{"step": one.name, "title": one.title, **asdict(one.finding)} for one in results]
        say.print_json(data={"page": url, "well": report.well, "steps": steps})
    else:
        say.print(as_text(report), soft_wrap=True, markup=False)
    if any(one.finding.status is not Status.OK for one in results):
        raise typer.Exit(1)


@contextmanager
def _session(url: str, file: Path | None) -> Iterator[str]:
    """Give the session with which the page is asked for; exit 2 when the page cannot be looked at."""
    from imin.cards.inventory import NotInInventoryError
    from imin.cards.passing_customer import NoSuchHostError, passing_customer
    from imin.ground import clock, hosts
    from imin.ground.database import as_owner
    from imin.ground.http import RefusedAddressError, UnreachableError

    try:
        if file:
            yield file.read_text(encoding="utf-8").strip()
            return
        with as_owner(), passing_customer(hosts.normalise(urlsplit(url).netloc), now=clock.now()) as session:
            yield session
    except NoSuchHostError as failure:
        complain.print(f"No Broker has the host {failure}.", soft_wrap=True)
        raise typer.Exit(2) from None
    except (NotInInventoryError, UnreachableError, RefusedAddressError, hosts.BadHostError, OSError) as failure:
        complain.print(str(failure), soft_wrap=True)
        raise typer.Exit(2) from None


@app.command()
def operator(
    name: Annotated[str, typer.Argument(help="User name of the operator.")],
    *,
    reset_second_factor: Annotated[
        bool, typer.Option("--reset-second-factor", help="Also forget the operator's authenticator app.")
    ] = False,
) -> None:
    """Give an operator of the console a one-time password; it must be replaced at the first sign-in."""
    from imin.ground import clock
    from imin.ground.database import as_owner

    with _database():
        _setup()
        from imin.console import audit
        from imin.console.operators import ONE_TIME_PERIOD, BadNameError, one_time_password
        from imin.ground import hosts

        now, address = clock.now(), hosts.origin(hosts.platform_host("console"))
        with as_owner(), audit.by(who=f"imin operator {name}", address=somebody()):
            try:
                password = one_time_password(username=name, now=now, reset_second_factor=reset_second_factor)
            except BadNameError as refusal:
                raise TypedWronglyError(str(refusal)) from None
    say.print(f"{name}: {password}   (works once, until {now + ONE_TIME_PERIOD:%-d %B %Y, %H:%M} UTC)", soft_wrap=True)
    say.print(f"Sign in at {address}/ and choose a password of your own.", soft_wrap=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    main()
