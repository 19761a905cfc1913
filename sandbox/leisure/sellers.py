"""The two sellers that use this booking system, one gross and one net of tax, and the booking service itself."""

from dataclasses import dataclass
from typing import Any

from sandbox.leisure.wire import OWN, Document

TERMS = {
    "@type": "TermsOfUse",
    "name": "Terms and conditions",
    "url": "https://leisure.example/terms",
    "dateModified": "2026-01-05T09:00:00Z",
    "requiresExplicitConsent": False,
}
PRIVACY = {
    "@type": "PrivacyPolicy",
    "name": "Privacy policy",
    "url": "https://leisure.example/privacy",
    "requiresExplicitConsent": False,
}
BOOKING_SERVICE: Document = {
    "@type": "BookingService",
    "name": "Sandbox Leisure Booking",
    "url": "https://leisure.example/booking",
    "termsOfService": [TERMS, PRIVACY],
}
PAYMENT = {"name": "AcmeBroker Points", "accountId": "SN1593", "paymentProviderId": "STRIPE"}


@dataclass(frozen=True)
class Seller:
    """Who sells: `tax_mode` is TaxGross (prices contain tax) or TaxNet (tax is added).

    Unless it `taxes_resellers`, a broker who resells works out the tax.
    """

    number: int
    name: str
    legal_name: str
    tax_mode: str
    telephone: str
    town: str
    region: str
    postcode: str
    taxes_resellers: bool

    @property
    def id(self) -> str:
        """Return the seller's address in the booking system."""
        return f"{OWN}id/sellers/{self.number}"

    def in_feed(self) -> Document:
        """Return the organizer or provider of an opportunity in the open feeds."""
        return {
            "@type": "Organization",
            "@id": self.id,
            "name": self.name,
            "legalName": self.legal_name,
            "url": f"{OWN}sellers/{self.number}",
            "logo": {"@type": "ImageObject", "url": f"{OWN}images/seller-{self.number}.svg"},
            "telephone": self.telephone,
            "taxMode": f"https://openactive.io/{self.tax_mode}",
            "isOpenBookingAllowed": True,
            "termsOfService": [TERMS, PRIVACY],
        }

    def in_order(self) -> Document:
        """Return the seller of an Order."""
        address: dict[str, Any] = {
            "@type": "PostalAddress",
            "streetAddress": "1 Civic Square",
            "addressLocality": self.town,
            "addressRegion": self.region,
            "postalCode": self.postcode,
            "addressCountry": "GB",
        }
        return {**self.in_feed(), "address": address}


SELLERS = {
    seller.number: seller
    for seller in (
        Seller(
            1,
            "Northgate Leisure",
            "Northgate Leisure Trust",
            "TaxGross",
            "01632 960001",
            "Leeds",
            "West Yorkshire",
            "LS1 3AD",
            taxes_resellers=True,
        ),
        Seller(
            2,
            "Lido and Loft",
            "Lido and Loft Limited",
            "TaxNet",
            "01632 960002",
            "Bristol",
            "City of Bristol",
            "BS1 5TR",
            taxes_resellers=False,
        ),
    )
}


def by_id(address: str) -> Seller | None:
    """Return the seller whose `@id` is `address`."""
    return next((seller for seller in SELLERS.values() if seller.id == address), None)
