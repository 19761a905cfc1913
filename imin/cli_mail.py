"""`imin mail`: what came back, and mails to look at."""

import sys
from typing import Annotated

import typer

from imin.terminal import RefusedError, TypedWronglyError, broker_named, database, say, setup

mail = typer.Typer(no_args_is_help=True, help="Mails to Customers: what came back, and mails to look at.")


@mail.command("bounce")
def mail_bounce() -> None:
    """Read what a mail server says of a mail that it could not deliver (RFC 3464) from standard input.

    Exit 0 also for mails that tell of no such thing, so that a mail server does not send them back to each other.
    """
    from imin.ground import clock
    from imin.ground.database import as_owner

    notification = sys.stdin.buffer.read()
    with database():
        setup()
        from imin.mail.bounce import NoBounceError, bounce

        try:
            with as_owner():
                returned = bounce(notification=notification, now=clock.now())
        except NoBounceError as nothing:
            say.print(f"Nothing to record: {nothing}.", soft_wrap=True)
        else:
            say.print(f"{returned.id} came back: {returned.answer}", soft_wrap=True)


@mail.command("sample")
def mail_sample(
    slug: Annotated[str, typer.Argument(help="The Broker's slug.")],
    to: Annotated[str, typer.Argument(help="The address that gets it.")],
    *,
    language: Annotated[str, typer.Option(help="For example pl or ar.")] = "",
) -> None:
    """Send one mail of each kind as the Broker's Customers get it, about a card that nobody has."""
    from imin.ground import clock
    from imin.ground.database import as_owner

    with database():
        setup()
        from django.conf import settings
        from django.core.exceptions import ValidationError
        from django.core.validators import validate_email

        from imin.mail.sample import NoPagesError, send_samples

        with as_owner():
            broker = broker_named(slug)
            try:
                validate_email(to)
                sent = send_samples(broker_id=broker.id, to=to, language=language, now=clock.now())
            except ValidationError:
                raise TypedWronglyError(f"{to} is not an address.") from None
            except LookupError:
                known = ", ".join(code for code, _ in settings.LANGUAGES)
                raise TypedWronglyError(f"{language} is not a language here; there are {known}.") from None
            except NoPagesError as refusal:
                raise RefusedError(str(refusal)) from None
    for subject in sent:
        say.print(f"✓ {subject}", soft_wrap=True)
