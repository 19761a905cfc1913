"""What the tests send again and again."""

from typing import Any

import stripe

from sandbox.pay import challenge
from sandbox.pay.cards import BY_NAME
from tests.sandbox.pay.service import Running

RETURN = "http://cards.example/return"


def card_data(name: str = "visa", cvc: str | None = None, **card: Any) -> dict[str, Any]:
    """Return what a form sends for the test card `name`."""
    test_card = BY_NAME[name]
    code = cvc or ("1234" if test_card.brand == "amex" else "123")
    return {
        "type": "card",
        "card": {"number": test_card.number, "exp_month": 12, "exp_year": 2040, "cvc": code, **card},
    }


def confirm_in_browser(
    pay: Running, intent: stripe.SetupIntent, name: str = "visa", account: str | None = None
) -> stripe.SetupIntent:
    """Confirm as the payment form does."""
    params: Any = {
        "client_secret": intent.client_secret,
        "payment_method_data": card_data(name),
        "use_stripe_sdk": True,
    }
    return pay.browser(account).v1.setup_intents.confirm(intent.id, params)


def save(pay: Running, customer: str, name: str = "visa", account: str | None = None) -> str:
    """Save the test card `name`, passing the bank's challenge, and return the PaymentMethod's id."""
    client = pay.client(account=account)
    intent = client.v1.setup_intents.create({"customer": customer})
    done = confirm_in_browser(pay, intent, name, account)
    if done.status == "requires_action":
        challenge.complete(pay.service.state, token(done))
    return str(client.v1.setup_intents.retrieve(intent.id).payment_method)


def token(intent: Any) -> str:
    """Return the token of the window that the intent's next action leads to."""
    action = intent.next_action
    if action.type == "redirect_to_url":
        return str(action.redirect_to_url.url).rpartition("/")[2].partition("?")[0]
    return str(action.use_stripe_sdk["stripe_js"]).rpartition("/")[2]
