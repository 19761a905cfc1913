"""Operators and what they did."""

from http import HTTPStatus
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest, HttpResponse

from imin.console.operators import give
from imin.ground import clock
from imin.ground.admin import ReadOnlyAdmin

_OnlyUsed = admin.RelatedOnlyFieldListFilter

admin.site.unregister(Group)
admin.site.unregister(User)


@admin.register(User)
class OperatorAdmin(UserAdmin):  # type: ignore[type-arg]
    """Operators; whoever is added here must replace the password that was typed for them."""

    list_display = ["username", "first_name", "last_name", "is_active", "is_superuser", "last_login"]
    filter_horizontal = ["user_permissions"]
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


@admin.register(LogEntry)
class ChangeAdmin(ReadOnlyAdmin):
    """Who changed what in the console, and when; nothing here can be edited or deleted."""

    fields = ["action_time", "user", "content_type", "object_repr", "what"]
    list_display = ["action_time", "user", "content_type", "object_repr", "what"]
    list_filter = ["action_flag", ("user", _OnlyUsed), ("content_type", _OnlyUsed)]
    list_select_related = ["user", "content_type"]
    search_fields = ["object_repr", "change_message", "user__username"]
    date_hierarchy = "action_time"

    @admin.display(description="Change")
    def what(self, entry: LogEntry) -> str:
        """Say the change in words; fields are named, their values are not kept."""
        return entry.get_change_message() or entry.get_action_flag_display()
