"""Mails that were sent, for operators to look at; their words are not kept."""

from django.contrib import admin

from imin.ground.admin import ReadOnlyAdmin
from imin.mail.models import SentMail


@admin.register(SentMail)
class SentMailAdmin(ReadOnlyAdmin):
    """Each mail to a Customer in the last ninety days, and what its mail server said."""

    fields = ["id", "broker", "customer", "kind", "state", "language", "at", "answered_at", "answer"]
    list_display = ["at", "customer", "broker", "kind", "state", "answer"]
    list_filter = ["state", "kind", "broker"]
    list_select_related = ["broker", "customer"]
    search_fields = ["=id", "=customer__identifier"]
    ordering = ["-at"]
