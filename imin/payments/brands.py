"""A card's brand in words, and the card in a sentence."""

from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

BRANDS = {
    "visa": "Visa",
    "mastercard": "Mastercard",
    "amex": "American Express",
    "maestro": "Maestro",
    "discover": "Discover",
    "diners": "Diners Club",
    "jcb": "JCB",
    "unionpay": "UnionPay",
}


def brand_name(brand: str) -> str:
    """Return the brand as people know it, in the language in force."""
    return BRANDS.get(brand) or _("Card")


def spoken(brand: str, last4: str) -> str:
    """Return how a card is named in a sentence: “Visa ending in 4242”."""
    return _spoken(get_language(), brand_name(brand), last4)


@lru_cache
def _spoken(_language: str, brand: str, last4: str) -> str:
    return _("%(brand)s ending in %(last4)s") % {"brand": brand, "last4": last4}
