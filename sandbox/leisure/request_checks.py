"""What a request must say about seller, broker and customer, before anything is looked up."""

from collections.abc import Callable

from sandbox.leisure import sellers
from sandbox.leisure.draft import RESELLER, Draft
from sandbox.leisure.errors import OpenBookingError
from sandbox.leisure.wire import Document, id_of

AGENT = "https://openactive.io/AgentBroker"
NO_BROKER = "https://openactive.io/NoBroker"


def type_fits(draft: Draft) -> None:
    """Demand the kind of Order that this address is for."""
    if draft.body.get("@type") != draft.stage.document:
        raise OpenBookingError("UnexpectedOrderTypeError", f"@type must be {draft.stage.document}.")


def seller_is_known(draft: Draft) -> None:
    """Demand a seller of this booking system."""
    if not sellers.by_id(id_of(draft.body.get("seller"))):
        raise OpenBookingError("SellerNotFoundError")


def seller_is_the_callers(draft: Draft) -> None:
    """Credentials for one seller book with that one only."""
    if id_of(draft.body.get("seller")) != draft.caller.seller.id:
        raise OpenBookingError("InvalidAuthorizationDetailsError", "The credentials are for another seller.")


def broker_fits_its_role(draft: Draft) -> None:
    """Only with NoBroker there is none; otherwise it is an organization with a name."""
    role, broker = draft.body.get("brokerRole"), draft.body.get("broker")
    if role not in (AGENT, RESELLER, NO_BROKER):
        raise OpenBookingError("IncompleteBrokerDetailsError", "brokerRole is missing or unknown.")
    if role == NO_BROKER:
        if broker is not None:
            raise OpenBookingError("IncompleteBrokerDetailsError", "With NoBroker, no broker may be given.")
    elif not isinstance(broker, dict) or not broker.get("name"):
        raise OpenBookingError("IncompleteBrokerDetailsError", "broker.name is missing.")


def customer_is_known(draft: Draft) -> None:
    """From C2 on the customer has an e-mail address; only a reseller may keep them to itself."""
    if not draft.stage.needs_customer:
        return
    customer = draft.body.get("customer")
    if customer is None and draft.body.get("brokerRole") == RESELLER:
        return
    if not _is_customer(customer):
        raise OpenBookingError("IncompleteCustomerDetailsError", "customer.email is missing.")


def items_are_there(draft: Draft) -> None:
    """Demand at least one item."""
    items = draft.body.get("orderedItem")
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise OpenBookingError("InternalOpenBookingError", "orderedItem must be a list of OrderItems.")


REQUEST_CHECKS: tuple[Callable[[Draft], None], ...] = (
    type_fits,
    seller_is_known,
    seller_is_the_callers,
    broker_fits_its_role,
    customer_is_known,
    items_are_there,
)


def _is_customer(customer: object) -> bool:
    if not isinstance(customer, dict):
        return False
    person: Document = customer
    return person.get("@type") in ("Person", "Organization") and isinstance(person.get("email"), str)
