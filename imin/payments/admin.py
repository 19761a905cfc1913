"""Cards and what is under way with them, for operators to look at; and the payment account of a Broker."""

from typing import Any

from django.contrib import admin

from imin.ground.admin import ReadOnlyAdmin
from imin.payments.models import Card, CardChange, CardSetup, GatewayEvent, Payer, PaymentAccount


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


@admin.register(CardSetup)
class CardSetupAdmin(ReadOnlyAdmin):
    """Cards being added, with their outcome and the consent that was given."""

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
        "consent",
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
