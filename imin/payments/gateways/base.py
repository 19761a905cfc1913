"""The words in which the platform speaks of any payment service, and what a translator must be able to say.

A gateway keeps nothing: each call says all that it needs. What it cannot make sense of is `pending`, never a guess.
Every gateway passes the contract tests (tests/payments/gateway_contract.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Result(StrEnum):
    """How far the payment service is with something that it was asked to do."""

    SUCCEEDED = "succeeded"
    PENDING = "pending"
    ACTION_REQUIRED = "action_required"
    DECLINED = "declined"
    ABANDONED = "abandoned"


class Decline(StrEnum):
    """Why a bank said no, as far as the person may know it; theft and suspicion are never named."""

    GENERIC = "declined"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    EXPIRED = "expired_card"
    WRONG_CODE = "incorrect_code"
    WRONG_NUMBER = "incorrect_number"
    WRONG_EXPIRY = "incorrect_expiry"
    LIMIT = "limit_reached"
    NOT_SUPPORTED = "not_supported"
    CHALLENGE_FAILED = "challenge_failed"
    TRY_LATER = "try_again_later"


class EventSubject(StrEnum):
    """What an event of the payment service is about; the handler reads that object again."""

    SETUP = "setup"
    CARD = "card"
    PAYER = "payer"


class MissingError(Exception):
    """The payment service knows no such object (any more); asking again will not help."""


class BadSignatureError(Exception):
    """An event does not come from the payment service, is too old, or is not readable."""


@dataclass(frozen=True)
class CardDetails:
    """A saved card as the payment service describes it; `payer` is empty once it is detached."""

    reference: str
    payer: str
    fingerprint: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    funding: str = ""
    country: str = ""
    holder_name: str = ""
    address: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CardChanges:
    """What to change about a saved card; None leaves a value as it is, an empty text removes it."""

    exp_month: int | None = None
    exp_year: int | None = None
    holder_name: str | None = None
    address: dict[str, str] | None = None


@dataclass(frozen=True)
class SetupStarted:
    """A set-up that waits for the person's card; the secret lets one browser page finish it."""

    reference: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class FailedTry:
    """One try of a card that its bank refused; `attempt` is the service's name for that very try.

    `fingerprint` names the card inside one payment account; `bin` holds its first six to eight digits, where the
    service tells them, and is empty otherwise.
    """

    attempt: str
    decline: Decline
    fingerprint: str = ""
    bin: str = ""


@dataclass(frozen=True)
class SetupState:
    """Where a set-up stands. `card` is there once it succeeded, `decline` and `failed` after the bank said no.

    `bank_url` is the bank's page, when the person is to be sent there.
    """

    reference: str
    result: Result
    client_secret: str = field(repr=False, default="")
    card: CardDetails | None = None
    decline: Decline | None = None
    failed: FailedTry | None = None
    bank_url: str = field(repr=False, default="")


@dataclass(frozen=True)
class Event:
    """A verified notice that something changed; names what to read again.

    `failed` is told by the event alone: when the object is read again, another try may have followed. So is
    `bank_did_it_at`: when a bank changed a card by itself, by the payment service's clock.
    """

    id: str
    account: str
    subject: EventSubject
    reference: str
    failed: FailedTry | None = None
    bank_did_it_at: datetime | None = None


@dataclass(frozen=True)
class Element:
    """What a page needs to show the payment service's own card fields."""

    js_url: str
    publishable_key: str
    account: str
    script_origins: list[str]
    frame_origins: list[str]
    connect_origins: list[str]
    locales: frozenset[str] = frozenset()

    def locale(self, language: str) -> str:
        """Return the locale in which the fields speak `language` (BCP 47), or British English if they cannot."""
        return language if language in self.locales else "en-GB"


class PaymentGateway(Protocol):
    """A stateless translator to one payment service.

    `account` is the service's account to act in, empty for the platform's own. Each call may raise
    `PaymentServiceDownError` (try later; it may or may not have been done) and `PaymentServiceRefusedError`;
    where said, `MissingError`.
    """

    def create_payer(self, *, account: str, customer: str, key: str) -> str:
        """Return the reference of a new payer; the same `key` returns the same payer."""

    def payer_exists(self, *, account: str, reference: str) -> bool:
        """Say whether cards can be saved for this payer."""

    def delete_payer(self, *, account: str, reference: str) -> None:
        """Delete a payer for good, with every card that is still attached; one that is gone already is fine."""

    def start_setup(self, *, account: str, payer: str, setup: str, key: str, challenge: bool = False) -> SetupStarted:
        """Open a set-up for one card; the same `key` returns the same set-up. Raises `MissingError` for the payer.

        `challenge` asks the bank to make sure that it is its Customer, whatever it thinks of the risk.
        """

    def confirm_card(  # noqa: PLR0913 whose card, for what, and where the bank sends the person back to
        self, *, account: str, payer: str, card: str, setup: str, key: str, return_url: str
    ) -> SetupState:
        """Open a set-up for a card that is saved, and have its bank challenge the person; the same `key` asks once.

        Raises `MissingError` for the payer or the card.
        """

    def setup(self, *, account: str, reference: str) -> SetupState:
        """Read a set-up as it is now. Raises `MissingError`."""

    def cancel_setup(self, *, account: str, reference: str) -> SetupState:
        """Close a set-up for good; one that is closed already is read instead. Raises `MissingError`."""

    def card(self, *, account: str, reference: str) -> CardDetails | None:
        """Read a card as it is now; None when the service does not know it."""

    def cards(self, *, account: str, payer: str) -> Iterator[CardDetails]:
        """Read every card that is attached to a payer. Raises `MissingError` for the payer."""

    def change_card(self, *, account: str, reference: str, changes: CardChanges, key: str) -> CardDetails:
        """Change a card and return it as it is then. Raises `MissingError` when it is not attached (any more)."""

    def detach_card(self, *, account: str, reference: str) -> None:
        """Give a card up for good; one that is gone already is fine."""

    def event(self, *, body: bytes, signature: str) -> Event | None:
        """Verify a webhook and read it; None when it is of no interest. Raises `BadSignatureError`."""

    def element(self, *, account: str) -> Element:
        """Return what a page needs for the card fields."""

    def ping(self) -> bool:
        """Say whether the service answers us."""

    def scrub(self, text: str) -> str:
        """Return `text` without card numbers and without this service's keys and secrets."""
