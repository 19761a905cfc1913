"""`imin bookings`: bookings that need a card, by hand, for as long as no order places them."""

from datetime import date
from typing import Annotated

import typer

from imin.terminal import TypedWronglyError, broker_named, database, say, setup

bookings = typer.Typer(
    no_args_is_help=True, help="Bookings that need a card, by hand, for as long as no order places them."
)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is not a day such as 2027-06-03.") from None


# A Customer's identifier may begin with “-”.
@bookings.command("place", context_settings={"ignore_unknown_options": True})
def bookings_place(  # noqa: PLR0913 the words of a booking
    slug: Annotated[str, typer.Argument(help="The Broker's slug.")],
    customer: Annotated[str, typer.Argument(help="The Customer's identifier, `sub` or e-mail address.")],
    title: Annotated[str, typer.Argument(help="What is booked, as the Customer reads it.")],
    day: Annotated[
        date, typer.Argument(parser=_day, metavar="day", help="The day of the booking, such as 2027-06-03.")
    ],
    *,
    card: Annotated[str, typer.Option(help="Last four digits of the card; the default card when left out.")] = "",
    link: Annotated[str, typer.Option(help="Where the Customer sees the booking.")] = "",
    reference: Annotated[str, typer.Option(help="Your own name for it; day and title when left out.")] = "",
) -> None:
    """Have a booking need a Customer's card until its day has ended everywhere on Earth."""
    from imin.ground import clock
    from imin.ground.database import as_owner

    with database():
        setup()
        from imin.payments.bookings.by_hand import customer_named, place_by_hand
        from imin.payments.bookings.place import Needed
        from imin.payments.expiry import end_of_day

        now, until = clock.now(), end_of_day(day)
        if until <= now:
            raise TypedWronglyError(f"{day} is over everywhere on Earth: a booking of that day needs no card.")
        needed = Needed(reference or f"{day} {title}"[:100], title, day, until, link)
        with as_owner():
            whose = customer_named(slug, customer)
            placed = place_by_hand(customer=whose, last4=card, needed=needed, now=now)
            say.print(f"{placed} needs {placed.card} until {placed.until:%Y-%m-%d %H:%M} UTC.", soft_wrap=True)


@bookings.command("list")
def bookings_list(slug: Annotated[str, typer.Argument(help="The Broker's slug.")]) -> None:
    """List a Broker's upcoming bookings that need a card."""
    from imin.ground import clock
    from imin.ground.database import as_owner

    with database():
        setup()
        from imin.payments.bookings.by_hand import upcoming_of

        with as_owner():
            found = upcoming_of(broker_named(slug).slug, clock.now())
            for one in found:
                say.print(f"{one.customer.identifier}  {one.card}  {one}  ({one.reference})", soft_wrap=True)
    if not found:
        say.print("No upcoming booking needs a card.")


@bookings.command("release", context_settings={"ignore_unknown_options": True})
def bookings_release(
    slug: Annotated[str, typer.Argument(help="The Broker's slug.")],
    customer: Annotated[str, typer.Argument(help="The Customer's identifier, `sub` or e-mail address.")],
    reference: Annotated[str, typer.Argument(help="The booking's reference, as `list` shows it.")],
) -> None:
    """Let the card of a booking go, as when it was cancelled."""
    from imin.ground import clock
    from imin.ground.database import as_owner

    with database():
        setup()
        from imin.payments.bookings.by_hand import customer_named, release_by_hand

        with as_owner():
            whose = customer_named(slug, customer)
            released = release_by_hand(customer=whose, reference=reference, now=clock.now())
    say.print(f"{released} needs no card any more.", soft_wrap=True)
