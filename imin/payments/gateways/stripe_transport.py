"""Stripe's SDK speaks through `ground.http`, the only opener of connections, and its failures in our words."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import stripe
from django.conf import settings

from imin.ground import http
from imin.ground.log import logger
from imin.ground.log import scrub as scrub_log
from imin.payments.errors import PaymentServiceDownError, PaymentServiceRefusedError
from imin.payments.gateways.base import Decline, MissingError

_RETRIES = 2  # for dropped connections, 409 (key in use) and 5xx; each with the same idempotency key
_SECRET = re.compile(r"\b(?:(?:sk|rk|ek|whsec)_\w{6,}|\w+_secret_\w+)")

_DECLINES = {
    "insufficient_funds": Decline.INSUFFICIENT_FUNDS,
    "withdrawal_count_limit_exceeded": Decline.LIMIT,
    "card_velocity_exceeded": Decline.LIMIT,
    "expired_card": Decline.EXPIRED,
    "incorrect_cvc": Decline.WRONG_CODE,
    "invalid_cvc": Decline.WRONG_CODE,
    "incorrect_number": Decline.WRONG_NUMBER,
    "invalid_number": Decline.WRONG_NUMBER,
    "invalid_expiry_month": Decline.WRONG_EXPIRY,
    "invalid_expiry_year": Decline.WRONG_EXPIRY,
    "card_not_supported": Decline.NOT_SUPPORTED,
    "currency_not_supported": Decline.NOT_SUPPORTED,
    "setup_intent_authentication_failure": Decline.CHALLENGE_FAILED,
    "authentication_required": Decline.CHALLENGE_FAILED,
    "processing_error": Decline.TRY_LATER,
    "issuer_not_available": Decline.TRY_LATER,
    "try_again_later": Decline.TRY_LATER,
    "reenter_transaction": Decline.TRY_LATER,
}


class GroundClient(stripe.HTTPClient):
    """Sends the SDK's requests with our time limit, size cap and address guard."""

    name = "imin"

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """Send one request; a time-out is not repeated, because the person waits."""
        try:
            answer = http.request(
                method.upper(),
                url,
                headers=dict(headers or {}),
                content=post_data.encode() if post_data else None,
                timeout_seconds=settings.STRIPE_TIMEOUT_SECONDS,
            )
        except (http.TimedOutError, http.RefusedAddressError) as failure:
            raise _no_answer(failure, again=False) from failure
        except http.UnreachableError as failure:
            raise _no_answer(failure, again=True) from failure
        return answer.body.decode(errors="replace"), answer.status, answer.headers

    def close(self) -> None:
        """Keep the connections: they belong to the process."""


def _no_answer(failure: Exception, *, again: bool) -> stripe.APIConnectionError:
    return stripe.APIConnectionError(str(failure), should_retry=again)  # type: ignore[no-untyped-call]


def client() -> stripe.StripeClient:
    """Return the SDK's client for the key and address in settings."""
    return _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


@cache
def _client(key: str, api_base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key, base_addresses={"api": api_base}, http_client=GroundClient(), max_network_retries=_RETRIES
    )


@contextmanager
def in_our_words() -> Iterator[None]:
    """Turn the SDK's exceptions into ours."""
    try:
        yield
    except stripe.StripeError as failure:
        ours = _ours(failure)
        logger(__name__).warning(
            "payment_service_failed",
            failure=type(failure).__name__,
            status=failure.http_status,
            code=failure.code,
            reason=scrub(str(failure)),
        )
        raise ours from None  # the original's body may hold client secrets


def _ours(failure: stripe.StripeError) -> Exception:
    reason = f"{type(failure).__name__} {failure.http_status or ''} {failure.code or ''}".strip()
    if isinstance(failure, stripe.CardError):
        return PaymentServiceRefusedError(
            reason, decline=decline_of(failure.code, decline_code(failure)), code=failure.code or ""
        )
    if isinstance(failure, stripe.InvalidRequestError) and failure.code == "resource_missing":
        return MissingError(reason)
    if isinstance(failure, (stripe.InvalidRequestError, stripe.IdempotencyError)) and failure.code != "rate_limit":
        return PaymentServiceRefusedError(reason, code=failure.code or "")
    # what is left: no connection, 409, 429, 5xx, and a key of ours that is wrong (401, 403), for operators to mend
    return PaymentServiceDownError(reason, key_spent=(failure.http_status or 0) >= 500)


def decline_code(failure: stripe.StripeError) -> str | None:
    """Return the bank's own reason, where the error has one."""
    return getattr(failure.error, "decline_code", None) if failure.error else None


def decline_of(code: str | None, bank: str | None) -> Decline:
    """Return our word for Stripe's `code` and the bank's reason; what we do not know is generic."""
    return _DECLINES.get(bank or "") or _DECLINES.get(code or "") or Decline.GENERIC


def scrub(text: str) -> str:
    """Return `text` without card numbers, keys and client secrets."""
    return scrub_log(_SECRET.sub("[secret removed]", text))
