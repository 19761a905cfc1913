"""`imin customers erase` and `imin check erased`: erasing a person, and looking whether anything is left."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from imin.terminal import RefusedError, TypedWronglyError, broker_named, complain, database, say, setup

customers = typer.Typer(no_args_is_help=True, help="Customer Accounts.")


@customers.command("erase", context_settings={"ignore_unknown_options": True})  # an identifier may begin with “-”
def erase(
    slug: Annotated[str, typer.Argument(help="The Broker's slug.")],
    customer: Annotated[str, typer.Argument(help="The Customer's identifier, as the console shows it.")],
) -> None:
    """Erase a Customer for good: cards given up at the payment service, sessions ended, personal data blanked."""
    from imin.ground import clock
    from imin.ground.database import as_owner

    with database():
        setup()
        from imin.console import audit
        from imin.customers.models import Customer
        from imin.payments.history import By
        from imin.rights.ask import ask_to_erase
        from imin.rights.erase import erase_due

        with as_owner():
            found = Customer.objects.filter(broker=broker_named(slug), identifier=customer).first()
            if found is None:
                raise TypedWronglyError(f"{slug} has no Customer with the identifier {customer}.")
            if not ask_to_erase(broker_id=found.broker_id, customer_id=found.id, now=clock.now(), by=By.OPERATOR):
                raise RefusedError(f"{customer} was erased before.")
            audit.note("erased a Customer", customer)
            with complain.status("Erasing…"):
                erase_due(now=clock.now())
    say.print(f"{customer} is erased, or will be as soon as the payment service answers.", soft_wrap=True)


def check_erased(
    files: Annotated[
        list[Path] | None, typer.Argument(exists=True, help="Log files, or folders of files, to be searched too.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report for a program.")] = False,
) -> None:
    """Search every table, and the files, for an erased person; exit 1 when something is left.

    What is known of the person (e-mail address, names, `sub`, nicknames, …) is read from standard input, one a line, so
    that it stands in no shell's history. Nothing that is found is printed, only where.
    """
    from imin.ground.database import as_owner

    values = [line.strip() for line in sys.stdin if line.strip()]
    with database():
        setup()
        from imin.rights.search import SHORTEST, in_database, in_files

        if not values or any(len(value) < SHORTEST for value in values):
            raise TypedWronglyError(
                f"Give what is known of the person on standard input, each at least {SHORTEST} letters."
            )
        with as_owner(), complain.status("Searching every table…"):
            found = [*in_database(values), *in_files(values, files or [])]
    if as_json:
        traces = [{"where": one.where, "value": one.value, "times": one.times} for one in found]
        say.print_json(data={"well": not found, "searched_for": len(values), "found": traces})
    else:
        for trace in found:
            say.print(f"✗ {trace}", soft_wrap=True)
        if not found:
            searched = "The value is not" if len(values) == 1 else f"None of the {len(values)} values is"
            say.print(f"✓ {searched} in any table or file.")
    if found:
        raise typer.Exit(1)
