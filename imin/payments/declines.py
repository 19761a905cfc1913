"""What a person is told when the bank said no. Theft, loss and suspicion are never named."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imin.payments.gateways.base import Decline

_SENTENCES: dict[str, Promise] = {
    Decline.GENERIC: _("Your bank declined this card. Please use another card or ask your bank."),
    Decline.INSUFFICIENT_FUNDS: _(
        "Your bank says that there is not enough money on this card. Please use another card."
    ),
    Decline.EXPIRED: _("Your bank says that this card has expired. Please use another card."),
    Decline.WRONG_CODE: _("The security code does not match this card. Please check it and try again."),
    Decline.WRONG_NUMBER: _("The card number is not right. Please check it and try again."),
    Decline.WRONG_EXPIRY: _("The expiry date does not match this card. Please check it and try again."),
    Decline.LIMIT: _("This card has reached a limit that your bank set. Please use another card or try again later."),
    Decline.NOT_SUPPORTED: _("This card cannot be used for this kind of payment. Please use another card."),
    Decline.CHALLENGE_FAILED: _("Your bank could not confirm that it is you. Please try again or use another card."),
    Decline.TRY_LATER: _("Your bank could not check this card just now. Please try again in a few minutes."),
}


def sentence(decline_code: str) -> Promise:
    """Return what to tell the person about `decline_code`; an unknown one is a plain decline."""
    return _SENTENCES.get(decline_code) or _SENTENCES[Decline.GENERIC]
