"""Every error of the Open Booking API (Open Booking API 1.0, section "Error model"), with its status and name."""

from typing import Any

ERRORS: dict[str, tuple[int, str]] = {
    "IncompleteCustomerDetailsError": (400, "The customer is missing, or their e-mail address is."),
    "IncompleteBrokerDetailsError": (400, "The broker does not fit the broker role, or its name is missing."),
    "MissingPaymentDetailsError": (400, "This Order must be paid for, and no payment was given."),
    "IncompletePaymentDetailsError": (400, "The payment has no identifier."),
    "UnnecessaryPaymentDetailsError": (400, "There is nothing to pay in advance, but a payment was given."),
    "InvalidPaymentDetailsError": (400, "The payment cannot be reconciled with the details that were agreed."),
    "TotalPaymentDueMismatchError": (400, "The total payment due is not what this booking system calculates."),
    "CancellationNotPermittedError": (400, "This booking can no longer be cancelled with a full refund."),
    "PatchContainsExcessivePropertiesError": (400, "The request changes what may not be changed."),
    "PatchNotAllowedOnPropertyError": (400, "The request sets a property to what a broker may not set it to."),
    "InvalidAPITokenError": (401, "The token is malformed or expired."),
    "InvalidAuthorizationDetailsError": (401, "These credentials do not authorise booking with this seller."),
    "NoAPITokenError": (403, "No credentials were given."),
    "UnauthenticatedError": (403, "The credentials do not allow this."),
    "NotFoundError": (404, "There is nothing here by that identifier."),
    "UnknownOrderError": (404, "There is no such Order."),
    "UnknownOrIncorrectEndpointError": (404, "There is no such endpoint."),
    "MethodNotAllowedError": (405, "This endpoint does not know that method."),
    "UnableToProcessOrderItemError": (409, "An item of the Order cannot be booked."),
    "IncompleteAttendeeDetailsError": (409, "Details of the attendee are missing."),
    "IncompleteOrderItemError": (409, "The item names no opportunity or no offer."),
    "IncompleteIntakeFormError": (409, "A question that must be answered was not."),
    "InvalidIntakeFormError": (409, "An answer does not fit its question."),
    "UnacceptableOfferError": (409, "This offer may not be used for this opportunity."),
    "UnknownOfferError": (409, "There is no such offer."),
    "UnknownOpportunityError": (409, "There is no such opportunity."),
    "InvalidOpportunityOrOfferIdError": (409, "The opportunity or the offer has an id that this system never gave."),
    "OpportunityOfferPairNotBookableError": (409, "This opportunity cannot be booked with this offer."),
    "OpportunityIntractableError": (409, "This opportunity cannot be booked just now."),
    "OpportunityIsInConflictError": (409, "These items cannot be booked together."),
    "OpportunityIsFullError": (409, "There are no places left."),
    "OpportunityHasInsufficientCapacityError": (409, "There are fewer places left than were asked for."),
    "OpportunityCapacityIsReservedByLeaseError": (409, "The last places are held for somebody else; try again later."),
    "GoneError": (410, "What was here has been deleted."),
    "TooManyRequestsError": (429, "Too many requests; slow down."),
    "SellerMismatchError": (500, "An item is not sold by the seller of the Order."),
    "SellerNotFoundError": (500, "There is no such seller."),
    "OrderAlreadyExistsError": (500, "This UUID was used for another Order."),
    "OrderCreationFailedError": (500, "The Order could not be made."),
    "OrderItemIdInvalidError": (500, "There is no such item in this Order."),
    "OrderItemNotWithinOrderError": (500, "The item belongs to another Order."),
    "OrderProposalVersionOutdatedError": (500, "There is a newer version of the proposal."),
    "UnexpectedOrderTypeError": (500, "This is not the kind of Order that was expected."),
    "InternalApplicationError": (500, "The booking system failed."),
    "InternalOpenBookingError": (500, "The request is not a document of the Open Booking API."),
    "TemporarilyUnableToProduceOrderQuoteError": (503, "No quote can be given just now."),
    "TemporarilyUnableToCreateOrderError": (503, "Nothing can be booked just now."),
    "TemporarilyUnableToUpdateOrderError": (503, "No Order can be changed just now."),
    "TemporarilyUnableToDeleteOrderError": (503, "No Order can be deleted just now."),
}


class OpenBookingError(Exception):
    """An answer that is one error object, and nothing was changed."""

    def __init__(self, kind: str, description: str = "", *, headers: dict[str, str] | None = None) -> None:
        super().__init__(kind, description)
        self.status = ERRORS[kind][0]
        self.headers = headers or {}
        self.document = {"@context": "https://openactive.io/", **described(kind, description)}


def described(kind: str, description: str = "", instance: str = "") -> dict[str, Any]:
    """Return the error `kind` as JSON-LD, for an item's list of errors; `instance` names what it is about."""
    status, name = ERRORS[kind]
    extra = {"description": description, "instance": instance}
    return {"@type": kind, "name": name, "statusCode": status, **{key: text for key, text in extra.items() if text}}
