"""Stripe, API version 2026-10-28.endive, through its official SDK."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import stripe
from django.conf import settings

from imin.payments.errors import PaymentServiceDownError, PaymentServiceRefusedError
from imin.payments.gateways import stripe_transport
from imin.payments.gateways.base import (
    BadSignatureError,
    CardChanges,
    CardDetails,
    Element,
    Event,
    EventSubject,
    FailedTry,
    MissingError,
    Result,
    SetupStarted,
    SetupState,
)
from imin.payments.gateways.stripe_transport import client, decline_of, in_our_words

if TYPE_CHECKING:
    from stripe.params import (
        PaymentMethodUpdateParams,
        PaymentMethodUpdateParamsBillingDetails,
        PaymentMethodUpdateParamsBillingDetailsAddress,
        PaymentMethodUpdateParamsCard,
        SetupIntentCreateParams,
    )

_SUBJECTS = {
    "setup_intent.succeeded": EventSubject.SETUP,
    "setup_intent.setup_failed": EventSubject.SETUP,
    "setup_intent.canceled": EventSubject.SETUP,
    "payment_method.attached": EventSubject.CARD,
    "payment_method.updated": EventSubject.CARD,
    "payment_method.automatically_updated": EventSubject.CARD,
    "payment_method.detached": EventSubject.CARD,
    "customer.deleted": EventSubject.PAYER,
}
_BY_BANK = "payment_method.automatically_updated"
_RESULTS = {
    "succeeded": Result.SUCCEEDED,
    "requires_action": Result.ACTION_REQUIRED,
    "requires_confirmation": Result.ACTION_REQUIRED,
    "requires_payment_method": Result.ACTION_REQUIRED,
    "processing": Result.PENDING,
    "canceled": Result.ABANDONED,
}
_ADDRESS = ("line1", "line2", "city", "state", "postal_code", "country")
_PAGE = 100  # Stripe's longest list page


class Stripe:
    """The `PaymentGateway` for Stripe; also for the sandbox, which speaks the same."""

    def create_payer(self, *, account: str, customer: str, key: str) -> str:
        """Create a Stripe Customer; only our id of the person is told, no name and no address."""
        with in_our_words():
            made = client().v1.customers.create({"metadata": {"imin_customer": customer}}, _options(account, key))
        return made.id

    def payer_exists(self, *, account: str, reference: str) -> bool:
        """Read the Stripe Customer; a deleted one answers as a stub."""
        try:
            with in_our_words():
                found = client().v1.customers.retrieve(reference, None, _options(account))
        except MissingError:
            return False
        return not getattr(found, "deleted", False)

    def delete_payer(self, *, account: str, reference: str) -> None:
        """Delete the Stripe Customer; Stripe detaches its PaymentMethods."""
        try:
            with in_our_words():
                client().v1.customers.delete(reference, None, _options(account))
        except MissingError:
            return

    def start_setup(self, *, account: str, payer: str, setup: str, key: str, challenge: bool = False) -> SetupStarted:
        """Create a SetupIntent for later charges without the person; cards only."""
        wanted: SetupIntentCreateParams = {
            "customer": payer,
            "usage": "off_session",
            "allowed_payment_method_types": ["card"],
            "metadata": {"imin_setup": setup},
        }
        if challenge:
            wanted["payment_method_options"] = {"card": {"request_three_d_secure": "challenge"}}
        with in_our_words():
            made = client().v1.setup_intents.create(wanted, _options(account, key))
        return SetupStarted(made.id, made.client_secret or "")

    def confirm_card(  # noqa: PLR0913 as the protocol says
        self, *, account: str, payer: str, card: str, setup: str, key: str, return_url: str
    ) -> SetupState:
        """Create a SetupIntent for a saved PaymentMethod and confirm it at once, with a challenge by redirect."""
        wanted: SetupIntentCreateParams = {
            "customer": payer,
            "payment_method": card,
            "usage": "off_session",
            "allowed_payment_method_types": ["card"],
            "payment_method_options": {"card": {"request_three_d_secure": "challenge"}},
            "confirm": True,
            "return_url": return_url,
            "metadata": {"imin_setup": setup},
            "expand": ["payment_method"],
        }
        with in_our_words():
            return _state(client().v1.setup_intents.create(wanted, _options(account, key)))

    def setup(self, *, account: str, reference: str) -> SetupState:
        """Read a SetupIntent with its PaymentMethod."""
        with in_our_words():
            found = client().v1.setup_intents.retrieve(reference, {"expand": ["payment_method"]}, _options(account))
        return _state(found)

    def cancel_setup(self, *, account: str, reference: str) -> SetupState:
        """Cancel a SetupIntent as abandoned."""
        try:
            with in_our_words():
                client().v1.setup_intents.cancel(reference, {"cancellation_reason": "abandoned"}, _options(account))
        except PaymentServiceRefusedError as refusal:
            if refusal.code != "setup_intent_unexpected_state":
                raise
        return self.setup(account=account, reference=reference)

    def card(self, *, account: str, reference: str) -> CardDetails | None:
        """Read a PaymentMethod; one that is no card is none of ours."""
        try:
            with in_our_words():
                found = client().v1.payment_methods.retrieve(reference, None, _options(account))
        except MissingError:
            return None
        return _details(found)

    def cards(self, *, account: str, payer: str) -> Iterator[CardDetails]:
        """Read all card PaymentMethods of a Stripe Customer, page by page."""
        with in_our_words():
            found = client().v1.customers.payment_methods.list(
                payer, {"type": "card", "limit": _PAGE}, _options(account)
            )
            for method in found.auto_paging_iter():
                if details := _details(method):
                    yield details

    def change_card(self, *, account: str, reference: str, changes: CardChanges, key: str) -> CardDetails:
        """Update a PaymentMethod; Stripe refuses that for one that is not attached."""
        try:
            with in_our_words():
                changed = client().v1.payment_methods.update(reference, _changes(changes), _options(account, key))
        except PaymentServiceRefusedError as refusal:
            found = None if refusal.decline else self.card(account=account, reference=reference)
            if refusal.decline or (found and found.payer):
                raise
            raise MissingError(reference) from None
        details = _details(changed)
        if details is None:
            raise PaymentServiceDownError(f"{reference} was answered without a card")
        return details

    def detach_card(self, *, account: str, reference: str) -> None:
        """Detach a PaymentMethod; Stripe answers 400 when it is not attached, which is what we want."""
        try:
            with in_our_words():
                client().v1.payment_methods.detach(reference, None, _options(account))
        except MissingError:
            return
        except PaymentServiceRefusedError:
            found = self.card(account=account, reference=reference)
            if found and found.payer:
                raise

    def event(self, *, body: bytes, signature: str) -> Event | None:
        """Verify with each secret in settings, so that a secret can be rolled."""
        for secret in settings.STRIPE_WEBHOOK_SECRETS:
            try:
                event = client().construct_event(body, signature, secret)
            except (stripe.SignatureVerificationError, ValueError):
                continue
            subject = _SUBJECTS.get(event.type)
            if subject is None:
                return None
            account, about = getattr(event, "account", None) or "", event.data.object
            failed = _failed(about) if event.type == "setup_intent.setup_failed" else None
            by_bank = datetime.fromtimestamp(event.created, UTC) if event.type == _BY_BANK else None
            return Event(event.id, account, subject, about["id"], failed, by_bank)
        raise BadSignatureError

    def element(self, *, account: str) -> Element:
        """Return where Stripe.js is and what a content security policy must allow for it."""
        script = _origin(settings.STRIPE_JS_URL)
        more = ["https://*.js.stripe.com"] if script == "https://js.stripe.com" else []
        return Element(
            js_url=settings.STRIPE_JS_URL,
            publishable_key=settings.STRIPE_PUBLISHABLE_KEY,
            account=account,
            script_origins=[script, *more],
            frame_origins=list(settings.STRIPE_FRAME_ORIGINS),
            connect_origins=[_origin(settings.STRIPE_API_BASE)],
            locales=frozenset({"ar", "en-GB", "pl"}),  # of our languages; it knows no Welsh
        )

    def ping(self) -> bool:
        """Read one Customer of the list: the cheapest call that our key must be good for."""
        try:
            with in_our_words():
                client().v1.customers.list({"limit": 1}, {"max_network_retries": 0})
        except (PaymentServiceDownError, PaymentServiceRefusedError, MissingError):
            return False
        return True

    def scrub(self, text: str) -> str:
        """Return `text` without card numbers, Stripe keys and client secrets."""
        return stripe_transport.scrub(text)


def _options(account: str, key: str | None = None) -> stripe.RequestOptions:
    return {"stripe_account": account or None, "idempotency_key": key}


def _state(intent: stripe.SetupIntent) -> SetupState:
    result = _RESULTS.get(intent.status, Result.PENDING)
    failed = _failed(intent) if intent.status in ("requires_payment_method", "canceled") else None
    if failed:
        result = Result.ABANDONED if result is Result.ABANDONED else Result.DECLINED
    method = intent.payment_method
    card = _details(method) if result is Result.SUCCEEDED and isinstance(method, stripe.PaymentMethod) else None
    if result is Result.SUCCEEDED and card is None:
        result = Result.PENDING
    decline = failed.decline if failed else None
    return SetupState(intent.id, result, intent.client_secret or "", card, decline, failed, _bank_url(intent))


def _bank_url(intent: stripe.SetupIntent) -> str:
    action = intent.next_action
    redirect = action.redirect_to_url if action and action.type == "redirect_to_url" else None
    return (redirect.url or "") if redirect else ""


def _failed(intent: Any) -> FailedTry | None:
    """Read the last error of a SetupIntent, from an event or from the API; members that are absent are left out.

    Stripe rarely tells `iin` ("for internal use only"), so mostly there is no BIN.
    """
    error = getattr(intent, "last_setup_error", None)
    if not error:
        return None
    attempt = getattr(intent, "latest_attempt", None) or intent.id
    card = getattr(getattr(error, "payment_method", None), "card", None)
    return FailedTry(
        attempt=attempt if isinstance(attempt, str) else attempt.id,
        decline=decline_of(getattr(error, "code", None), getattr(error, "decline_code", None)),
        fingerprint=getattr(card, "fingerprint", None) or "",
        bin=(getattr(card, "iin", None) or "")[:8],
    )


def _details(method: stripe.PaymentMethod) -> CardDetails | None:
    card, billing = method.card, method.billing_details
    if card is None:
        return None
    address = {name: getattr(billing.address, name, None) for name in _ADDRESS} if billing.address else {}
    payer = method.customer
    return CardDetails(
        reference=method.id,
        payer=payer if isinstance(payer, str) else payer.id if payer else "",
        fingerprint=card.fingerprint or "",
        brand=card.brand,
        last4=card.last4,
        exp_month=card.exp_month,
        exp_year=card.exp_year,
        funding=card.funding or "",
        country=card.country or "",
        holder_name=billing.name or "",
        address={name: value for name, value in address.items() if value},
    )


def _changes(changes: CardChanges) -> "PaymentMethodUpdateParams":
    card: PaymentMethodUpdateParamsCard = {}
    billing: PaymentMethodUpdateParamsBillingDetails = {}
    if changes.exp_month is not None:
        card["exp_month"] = changes.exp_month
    if changes.exp_year is not None:
        card["exp_year"] = changes.exp_year
    if changes.holder_name is not None:
        billing["name"] = changes.holder_name
    if changes.address is not None:
        address = {name: changes.address.get(name, "") for name in _ADDRESS}
        billing["address"] = cast("PaymentMethodUpdateParamsBillingDetailsAddress", address)
    params: PaymentMethodUpdateParams = {}
    if card:
        params["card"] = card
    if billing:
        params["billing_details"] = billing
    return params


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
