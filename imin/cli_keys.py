"""`imin keys`: keys that encrypt stored secrets, and keys with which we sign in at providers."""

import json
from datetime import timedelta
from typing import Annotated

import typer

from imin.terminal import RefusedError, TypedWronglyError, broker_named, counted, database, say, setup, somebody

keys = typer.Typer(
    no_args_is_help=True, help="The keys that encrypt stored secrets, and those with which we sign in at providers."
)


@keys.command("new")
def keys_new() -> None:
    """Print a new key for the front of IMIN_SECRET_KEYS."""
    from cryptography.fernet import Fernet

    say.print(Fernet.generate_key().decode(), soft_wrap=True)


@keys.command("check")
def keys_check() -> None:
    """Try whether the keys of IMIN_SECRET_KEYS open every stored secret; nothing is changed."""
    from imin.ground.database import as_owner

    with database():
        setup()
        from imin.console.open_secrets import try_keys

        with as_owner():
            found = try_keys()
    for row in found.closed:
        say.print(f"No key opens {row}.", soft_wrap=True)
    if found.closed:
        raise RefusedError(
            f"{len(found.closed)} of {counted(len(found.closed) + found.opened, 'secret', 'secrets')} cannot be read. "
            "Put the key that they were encrypted with at the end of IMIN_SECRET_KEYS, and check again."
        )
    say.print(f"The keys open {counted(found.opened, 'stored secret', 'stored secrets')}; none stays closed.")


@keys.command("rotate")
def keys_rotate() -> None:
    """Encrypt every stored secret again with the first key of IMIN_SECRET_KEYS."""
    from imin.ground.database import as_owner

    with database():
        setup()
        from django.conf import settings

        from imin.console import audit
        from imin.console.rotate import rotate_keys

        with as_owner(), audit.by(who="imin keys rotate", address=somebody()):
            count = rotate_keys()
            secrets = counted(count, "secret", "secrets")
            audit.note("rotated the keys", secrets)
        alone = len(settings.SECRET_KEYS) == 1
    are = "is" if count == 1 else "are"
    if alone:
        say.print(f"{secrets} {are} encrypted with the only key that there is. To change it, put a new one in front.")
    else:
        say.print(f"{secrets} {are} now encrypted with the first key. The other keys can be dropped.")


@keys.command("client")
def keys_client(
    slug: Annotated[
        str, typer.Argument(help="The Broker's slug; without one, every Broker that signs in by key.")
    ] = "",
    *,
    older_than: Annotated[
        int | None, typer.Option(metavar="DAYS", min=1, help="Leave alone who has a key younger than that.")
    ] = None,
    at_once: Annotated[
        bool, typer.Option("--at-once", help="Sign with it now and drop all others: somebody may know them.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the new keys for a program.")] = False,
) -> None:
    """Make the next key with which we sign in at a Broker's provider (private_key_jwt).

    It signs a day later, so that the provider knows it by then; a Broker's first key signs at once.
    """
    from imin.ground import clock
    from imin.ground.database import as_owner

    if at_once and not slug:
        raise TypedWronglyError(
            "--at-once needs a Broker's slug: it breaks sign-ins where the new key is not known yet."
        )
    with database():
        setup()
        from imin.console import audit
        from imin.console.rotate_client_keys import rotate_client_keys

        with as_owner(), audit.by(who="imin keys client", address=somebody()):
            broker = broker_named(slug) if slug else None
            age = None if older_than is None else timedelta(days=older_than)
            made = list(rotate_client_keys(broker=broker, older_than=age, at_once=at_once, now=clock.now()))
    if as_json:
        say.print_json(data=[one.as_json() for one in made])
    else:
        for one in made:
            say.print(f"{one.broker}: signs from {one.key.signs_from:%-d %B %Y, %H:%M} UTC", soft_wrap=True)
            say.print(json.dumps(one.key.public_key), soft_wrap=True, markup=False)
            if one.unused:
                say.print(
                    f"Nothing is signed with it yet: {one.broker} is signed in at by {one.authentication}. "
                    "Choose private_key_jwt in the console as soon as the provider has this key.",
                    soft_wrap=True,
                )
        say.print(f"{counted(len(made), 'new key', 'new keys')}." if made else "No new key was needed.")
