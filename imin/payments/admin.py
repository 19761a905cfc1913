"""Cards and what is under way with them, for operators to look at; and the payment account of a Broker."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import localize

from imin.ground import clock
from imin.ground.admin import ReadOnlyAdmin
from imin.payments.guard.lift import lift
from imin.payments.models import (
    Card,
    CardBooking,
    CardChange,
    CardFailure,
    CardHold,
    CardSetup,
    GatewayEvent,
    Payer,
    PaymentAccount,
)


@admin.register(PaymentAccount)
class PaymentAccountAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The account that a Broker's cards live in; fixed as soon as the first card is there."""

    fields = ["broker", "reference"]
    list_display = ["broker", "reference"]
    list_select_related = ["broker"]
    search_fields = ["=reference", "broker__name", "broker__slug"]
    actions = None

    def has_change_permission(self, request: Any, obj: PaymentAccount | None = None) -> bool:
        """Refuse another account once Customers are known in this one: cards cannot move between accounts."""
        return super().has_change_permission(request, obj) and not _in_use(obj)

    def has_delete_permission(self, request: Any, obj: PaymentAccount | None = None) -> bool:
        """Refuse for the same reason."""
        return super().has_delete_permission(request, obj) and not _in_use(obj)


def _in_use(account: PaymentAccount | None) -> bool:
    return bool(account and Payer.objects.filter(broker_id=account.broker_id).exists())


@admin.register(Card)
class CardAdmin(ReadOnlyAdmin):
    """Saved cards, found by last four digits, the Customer's identifier or the payment service's token."""

    fields = [
        "broker",
        "customer",
        "brand",
        "last4",
        "exp_month",
        "exp_year",
        "funding",
        "country",
        "nickname",
        "is_default",
        "status",
        "version",
        "account",
        "reference",
        "created_at",
        "changed_at",
        "removed_at",
    ]
    list_display = ["__str__", "customer", "broker", "exp_month", "exp_year", "is_default", "status", "changed_at"]
    list_filter = ["broker", "status", "brand"]
    list_select_related = ["broker", "customer"]
    search_fields = ["=last4", "=customer__identifier", "=reference"]
    ordering = ["-changed_at"]


@admin.register(CardBooking)
class CardBookingAdmin(ReadOnlyAdmin):
    """Bookings that need a card, found by the order's reference or the Customer's identifier."""

    fields = [
        "id",
        "broker",
        "customer",
        "card",
        "reference",
        "title",
        "link",
        "day",
        "until",
        "placed_at",
        "changed_at",
        "released_at",
    ]
    list_display = ["day", "title", "card", "customer", "broker", "until", "released_at"]
    list_filter = [("released_at", admin.EmptyFieldListFilter), "broker"]
    list_select_related = ["broker", "customer", "card"]
    search_fields = ["=reference", "=customer__identifier", "=card__last4"]
    ordering = ["-until"]


@admin.register(CardSetup)
class CardSetupAdmin(ReadOnlyAdmin):
    """Cards being added, with their outcome."""

    fields = [
        "id",
        "broker",
        "customer",
        "card",
        "status",
        "outcome",
        "decline_code",
        "account",
        "reference",
        "confirms",
        "created_at",
        "finished_at",
    ]
    list_display = ["created_at", "customer", "broker", "status", "outcome", "decline_code", "finished_at"]
    list_filter = ["status", "outcome", "broker"]
    list_select_related = ["broker", "customer"]
    search_fields = ["=customer__identifier", "=reference", "=card__last4"]
    ordering = ["-created_at"]


@admin.register(CardChange)
class CardChangeAdmin(ReadOnlyAdmin):
    """Edits of cards and what the payment service made of them."""

    fields = ["id", "broker", "customer", "card", "card_version", "status", "created_at", "finished_at"]
    list_display = ["created_at", "card", "customer", "broker", "status", "finished_at"]
    list_filter = ["status", "broker"]
    list_select_related = ["broker", "customer", "card"]
    search_fields = ["=customer__identifier", "=card__last4"]
    ordering = ["-created_at"]


@admin.register(GatewayEvent)
class GatewayEventAdmin(ReadOnlyAdmin):
    """What the payment service told us, and whether it was followed."""

    fields = ["event", "kind", "subject", "account", "received_at", "handled_at", "attempts", "last_error"]
    list_display = ["event", "kind", "subject", "received_at", "handled_at", "attempts", "last_error"]
    list_filter = [("handled_at", admin.EmptyFieldListFilter), "kind"]
    search_fields = ["=event", "=subject", "=account"]
    ordering = ["-id"]


@admin.register(CardHold)
class CardHoldAdmin(ReadOnlyAdmin):
    """Who was slowed down, challenged or stopped after failed cards, and why; an operator may lift it."""

    actions = ["lift_chosen"]
    fields = [
        "broker",
        "whose",
        "customer",
        "network",
        "step",
        "because",
        "created_at",
        "changed_at",
        "wait_until",
        "until",
        "lifted_at",
        "lifted_by",
    ]
    list_display = ["changed_at", "decided", "who", "ends"]
    list_filter = ["step", "whose", ("lifted_at", admin.EmptyFieldListFilter), "broker"]
    list_select_related = ["broker", "customer"]
    search_fields = ["=network", "=customer__identifier", "broker__name", "broker__slug"]
    ordering = ["-changed_at"]

    @admin.display(description="Step and why", ordering="step")
    def decided(self, hold: CardHold) -> str:
        """Say what was decided, and because of what."""
        return f"{hold.get_step_display()}: {hold.because}"

    @admin.display(description="Ends", ordering="until")
    def ends(self, hold: CardHold) -> str:
        """Say until when it holds, or when it was lifted."""
        return f"Lifted {localize(hold.lifted_at)}" if hold.lifted_at else str(localize(hold.until))

    @admin.display(description="Who", ordering="customer")
    def who(self, hold: CardHold) -> str:
        """Name the Customer or address, and their Broker."""
        return f"{hold.customer or hold.network or 'Everybody'}, {hold.broker}"

    def has_lift_permission(self, request: HttpRequest) -> bool:
        """Let whoever may change holds lift them; looking is not enough."""
        return request.user.has_perm("payments.change_cardhold")

    @admin.action(description="Lift: forget the failed tries so far", permissions=["lift"])
    def lift_chosen(self, request: HttpRequest, chosen: QuerySet[CardHold]) -> None:
        """End the chosen holds now."""
        lifted = lift(holds=chosen, operator=request.user.get_username(), now=clock.now())
        self.message_user(request, f"{len(lifted)} lifted; what failed before counts no more.", messages.SUCCESS)


@admin.register(CardFailure)
class CardFailureAdmin(ReadOnlyAdmin):
    """Each try of a card that its bank refused in the last thirty days."""

    fields = ["broker", "customer", "network", "fingerprint", "bin", "decline", "account", "attempt", "failed_at"]
    list_display = ["failed_at", "broker", "customer", "network", "fingerprint", "bin", "decline"]
    list_filter = ["decline", "broker"]
    list_select_related = ["broker", "customer"]
    search_fields = ["=network", "=fingerprint", "=bin", "=customer__identifier"]
    ordering = ["-failed_at"]
