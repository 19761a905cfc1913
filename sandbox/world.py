"""The one file that tells the sandbox which Brokers, people and keys exist (`world.json`)."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Person:
    """A demo Customer of a Broker, known to its OpenID Provider."""

    sub: str
    email: str
    password: str
    given_name: str
    family_name: str

    @property
    def name(self) -> str:
        """Return the name as a page shows it."""
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True)
class Client:
    """The OpenID Connect client that a Broker registered for the platform."""

    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...]
    backchannel_logout_uri: str
    jwks_uri: str = ""


@dataclass(frozen=True)
class Broker:
    """A Broker's site: its own host, looks, people and one client."""

    slug: str
    name: str
    tagline: str
    host: str
    primary_colour: str
    cards_url: str
    client: Client
    people: tuple[Person, ...]


@dataclass(frozen=True)
class Payments:
    """Keys and webhook target of the sandbox payment service."""

    secret_key: str
    publishable_key: str
    webhook_url: str
    webhook_secret: str
    connected_accounts: tuple[str, ...]


@dataclass(frozen=True)
class Leisure:
    """A seller's booking system: its host, its PostgreSQL (none: its own), and how many opportunities it makes."""

    host: str
    dsn: str = ""
    opportunities: int = 500


@dataclass(frozen=True)
class World:
    """All that the sandbox knows of the platform; `port` is the sandbox's own.

    `mail_folder` is where the platform's mails lie as files; empty when it sends them.
    Browsers reach it by `public_scheme` and `public_port`, which are others when something that speaks TLS stands in
    front of it.
    """

    port: int
    pay_host: str
    brokers: tuple[Broker, ...]
    payments: Payments
    public_scheme: str = "http"
    public_port: int = 0
    leisure: Leisure | None = None
    mail_host: str = ""
    mail_folder: str = ""

    def origin(self, host: str) -> str:
        """Return the origin at which browsers reach `host`."""
        return f"{self.public_scheme}://{host}:{self.public_port or self.port}"


def read(path: Path) -> World:
    """Return the world described by the JSON file at `path`."""
    return parse(json.loads(path.read_text(encoding="utf-8")))


def parse(data: dict[str, Any]) -> World:
    """Return the world that `data`, the parsed `world.json`, describes."""
    payments = data["payments"]
    return World(
        port=data["port"],
        pay_host=data["pay_host"],
        brokers=tuple(_broker(broker) for broker in data["brokers"]),
        payments=Payments(**{**payments, "connected_accounts": tuple(payments["connected_accounts"])}),
        public_scheme=data.get("public_scheme", "http"),
        public_port=data.get("public_port", 0),
        leisure=Leisure(**data["leisure"]) if data.get("leisure") else None,
        mail_host=data.get("mail_host", ""),
        mail_folder=data.get("mail_folder", ""),
    )


def _broker(data: dict[str, Any]) -> Broker:
    client = data["client"]
    return Broker(
        **{
            **data,
            "client": Client(
                **{
                    **client,
                    "redirect_uris": tuple(client["redirect_uris"]),
                    "post_logout_redirect_uris": tuple(client["post_logout_redirect_uris"]),
                }
            ),
            "people": tuple(Person(**person) for person in data["people"]),
        }
    )
