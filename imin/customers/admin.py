"""Customer Accounts and their sessions, for operators to look at; sessions can be ended."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Concat
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from imin.brokers.acting import acting
from imin.customers.models import Customer
from imin.ground import clock
from imin.ground.admin import ReadOnlyAdmin
from imin.identity import sessions
from imin.identity.models import Session


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
        "reminders_stopped_at",
        "bounced_email",
        "bounced_at",
        "bounced_because",
        "created_at",
        "erased_at",
    ]
    list_display = ["identifier", "name", "broker", "email", "created_at"]
    list_filter = [("bounced_at", admin.EmptyFieldListFilter), "broker"]
    list_select_related = ["broker"]
    search_fields = ["=identifier", "=subject", "=email", "given_name", "family_name"]
    ordering = ["-created_at"]


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    """Signed-in Customers; cookies and tokens are not shown."""

    fields = [
        "customer",
        "broker",
        "subject",
        "provider_session",
        "auth_time",
        "acr",
        "created_at",
        "seen_at",
        "ended_at",
        "id",
    ]
    list_display = ["seen_at", "customer", "broker", "subject", "created_at", "ended_at"]
    list_filter = [("ended_at", admin.EmptyFieldListFilter), "broker"]
    list_select_related = ["broker"]
    search_fields = ["person", "=subject", "=provider_session", "=customer_id"]
    ordering = ["-seen_at"]
    actions = ["end_sessions"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Fetch who each session is of; `identity` itself knows no Customers."""
        of_session = Customer.objects.filter(pk=OuterRef("customer_id"))
        name = Concat(
            "given_name",
            Value(" "),
            "family_name",
            Value(" "),
            "email",
            Value(" "),
            "identifier",
            output_field=TextField(),
        )
        return super().get_queryset(request).annotate(person=Subquery(of_session.annotate(all=name).values("all")[:1]))

    @admin.display(description="Customer", ordering="person")
    def customer(self, session: Any) -> str:
        """Name the Customer, with the way to the account."""
        person = " ".join(session.person.split()) if session.person else str(session.customer_id)
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:customers_customer_change", args=[session.customer_id]), person
        )

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Ask for Django's permission to change sessions, although no form changes one."""
        return request.user.has_perm("identity.change_session")

    @admin.action(description="End the selected sessions", permissions=["end"])
    def end_sessions(self, request: HttpRequest, chosen: "QuerySet[Session]") -> None:
        """Sign the Customers out here; their provider is not told."""
        now = clock.now()
        live: Any = list(chosen.filter(ended_at=None))
        for session in live:
            with acting(session.broker_id):
                sessions.end(session=session, now=now)
                self.log_change(request, session, "Ended.")
        self.message_user(request, f"{len(live)} session(s) ended.", messages.SUCCESS)
