"""Operators and what they did."""

import json
from http import HTTPStatus
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst

from imin.console.models import AuditEntry
from imin.console.operators import give
from imin.ground import clock
from imin.ground.admin import ReadOnlyAdmin

admin.site.unregister(Group)
admin.site.unregister(User)


@admin.register(User)
class OperatorAdmin(UserAdmin):  # type: ignore[type-arg]
    """Operators; whoever is added here must replace the password that was typed for them."""

    list_display = ["username", "first_name", "last_name", "is_active", "is_superuser", "last_login"]
    filter_horizontal = []  # Django's two boxes need a script, and name their icons in a way that nobody hears
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Name", {"fields": ["first_name", "last_name", "email"]}),
        ("May", {"fields": ["is_active", "is_staff", "is_superuser", "user_permissions"]}),
        ("When", {"fields": ["last_login", "date_joined"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]
    list_filter = ["is_superuser", "is_active"]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001
        """Store the operator; a new one's password is known to somebody else, so it is good for one sign-in."""
        super().save_model(request, obj, form, change)
        if not change:
            give(user=obj, now=clock.now())

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        """Set a password; another operator's is then known to two people, so it is good for one sign-in."""
        answer: HttpResponse = super().user_change_password(request, id, form_url)
        if answer.status_code == HTTPStatus.FOUND and id != str(request.user.pk):
            give(user=User.objects.get(pk=id), now=clock.now())
        return answer


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who changed what, when and from where; `imin check audit` says whether the log is whole."""

    fields = ["number", "at", "who", "address", "action", "what", "broker", "before_and_after", "previous", "hash"]
    list_display = ["number", "at", "who", "action", "what", "broker", "fields_changed", "address"]
    list_display_links = ["number", "at"]
    list_filter = ["action", ("at", admin.DateFieldListFilter)]
    search_fields = ["who", "address", "name", "thing", "=thing_id", "broker", "changes"]
    ordering = ["-number"]

    @admin.display(description="What")
    def what(self, entry: AuditEntry) -> str:
        """Name the thing as the console's other pages do."""
        kind = _KINDS.get(entry.thing, entry.thing)
        return f"{kind} “{entry.name or entry.thing_id}”" if entry.name or entry.thing_id else kind

    @admin.display(description="Fields")
    def fields_changed(self, entry: AuditEntry) -> str:
        """Name the fields, a few at most."""
        names = list(entry.changes)
        return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")

    @admin.display(description="Before and after")
    def before_and_after(self, entry: AuditEntry) -> str:
        """Show each field's value before and after; secrets were hidden before they were written down."""
        rows = format_html_join(
            "",
            '<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>',
            ((field, _text(before), _text(after)) for field, (before, after) in entry.changes.items()),
        )
        if not rows:
            return "No field."
        return format_html(
            '<table class="changes"><thead><tr><th scope="col">Field</th><th scope="col">Before</th>'
            '<th scope="col">After</th></tr></thead><tbody>{}</tbody></table>',
            rows,
        )


_KINDS = {model._meta.db_table: capfirst(str(model._meta.verbose_name)) for model in apps.get_models()} | {  # noqa: SLF001
    "auth_user": "Operator",
    "auth_user_user_permissions": "Permission of operator",
    "console": "Operator",
}


def _text(value: Any) -> str:
    return "–" if value is None or value == "" else value if isinstance(value, str) else json.dumps(value)
