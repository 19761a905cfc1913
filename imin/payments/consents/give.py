"""Giving consent: written down before the payment service is asked, in force from when the bank has said yes."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from imin.payments.consents.evidence import ConsentEvidence, Purpose
from imin.payments.history import Event, note
from imin.payments.models import Card, CardSetup


@dataclass(frozen=True)
class ConsentText:
    """What a person read and ticked; whoever changes the words gives them a new version."""

    purpose: Purpose
    version: str
    language: str
    text: str
    payee: str

    @property
    def hash(self) -> str:
        """SHA-256 of the text, hexadecimal."""
        return sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Consent:
    """What the person agreed to, and how: the evidence outlives the card (Card Details, section 4)."""

    texts: tuple[ConsentText, ...]
    given_at: datetime
    ip: str
    user_agent: str
    network: str = ""  # by which the guard counts, see `client_address.network_of_sender`; no evidence

    def covers(self, purpose: Purpose) -> bool:
        """Say whether `purpose` was agreed to."""
        return any(text.purpose == purpose for text in self.texts)


def record(setup: CardSetup, consent: Consent) -> None:
    """Write down what is agreed to for `setup`; the same form once more, with other ticks, is its newest state."""
    mine = ConsentEvidence.objects.filter(setup=setup)
    mine.exclude(purpose__in=[text.purpose for text in consent.texts]).delete()
    known = set(mine.values_list("purpose", flat=True))
    for text in consent.texts:
        if text.purpose not in known:
            ConsentEvidence.objects.create(
                broker_id=setup.broker_id,
                customer_id=setup.customer_id,
                setup=setup,
                purpose=text.purpose,
                version=text.version,
                language=text.language,
                text=text.text,
                text_hash=text.hash,
                payee=text.payee,
                given_at=consent.given_at,
                ip=consent.ip,
                user_agent=consent.user_agent[:500],
            )


def take_effect(setup: CardSetup, card: Card, now: datetime) -> None:
    """Tie what was agreed to with `setup` to the card that came of it; while holding the Customer's lock."""
    for given in ConsentEvidence.objects.filter(setup=setup, card=None).order_by("purpose"):
        given.card = card
        given.save(update_fields=["card"])
        said = {"consent": given.purpose, "version": given.version, "payee": given.payee}
        note(card=card, event=Event.CONSENT_GIVEN, details=said, now=now)


def drop(setup: CardSetup) -> None:
    """Forget what was agreed to for a card that was never saved."""
    ConsentEvidence.objects.filter(setup=setup, card=None).delete()


def agreed_to_charges(setup: CardSetup) -> bool:
    """Say whether charges without the person were agreed to with `setup`."""
    return ConsentEvidence.objects.filter(setup=setup, purpose=Purpose.CHARGE).exists()
