"""Customer Accounts, for operators to look at."""

from django.contrib import admin

from imin.customers.models import Customer
from imin.ground.admin import ReadOnlyAdmin


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    """People of every Broker, found by identifier, `sub`, name or e-mail address."""

    fields = [
        "broker",
        "id",
        "identifier",
        "subject",
        "given_name",
        "family_name",
        "email",
        "email_verified",
        "created_at",
        "erased_at",
    ]
    list_display = ["identifier", "name", "broker", "email", "created_at"]
    list_filter = ["broker"]
    list_select_related = ["broker"]
    search_fields = ["=identifier", "=subject", "=email", "given_name", "family_name"]
    ordering = ["-created_at"]
