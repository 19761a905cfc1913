"""Sessions of Customers, for operators to look at and to end."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from imin.brokers.acting import acting
from imin.ground import clock
from imin.ground.admin import ReadOnlyAdmin
from imin.identity import sessions
from imin.identity.models import Session


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    """Signed-in Customers; cookies and tokens are not shown."""

    fields = [
        "id",
        "broker",
        "customer_id",
        "subject",
        "provider_session",
        "auth_time",
        "acr",
        "created_at",
        "seen_at",
        "ended_at",
    ]
    list_display = ["subject", "customer_id", "broker", "created_at", "seen_at", "ended_at"]
    list_filter = [("ended_at", admin.EmptyFieldListFilter), "broker"]
    list_select_related = ["broker"]
    search_fields = ["=subject", "=provider_session", "=customer_id"]
    ordering = ["-seen_at"]
    actions = ["end_sessions"]

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
