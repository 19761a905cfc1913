"""What every listing in the operators' console shares: looking, never touching."""

from typing import Any

from django.contrib import admin
from procrastinate.contrib.django.admin import ProcrastinateJobAdmin as _TheirsRegisteredFirst  # noqa: F401
from procrastinate.contrib.django.models import ProcrastinateJob

from imin.ground.models import Job
from imin.ground.outbox import Effect

admin.site.unregister(ProcrastinateJob)


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A listing that shows `fields` and changes nothing, whoever looks."""

    actions: Any = None
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, *_: Any) -> bool:
        """Nobody adds a row by hand: rows come from what Customers and other systems do."""
        return False

    def has_change_permission(self, *_: Any, **__: Any) -> bool:
        """Nobody edits a row by hand."""
        return False

    def has_delete_permission(self, *_: Any, **__: Any) -> bool:
        """Nobody deletes a row by hand."""
        return False


@admin.register(Effect)
class EffectAdmin(ReadOnlyAdmin):
    """The outbox, so that an operator sees what waits and why."""

    fields = ["id", "kind", "broker_id", "created_at", "due_at", "attempts", "done_at", "last_error"]
    list_display = ["kind", "broker_id", "due_at", "attempts", "done_at", "last_error"]
    list_filter = ["kind", ("done_at", admin.EmptyFieldListFilter)]
    ordering = ["-created_at"]


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """What the worker has to do, is doing, or could not do."""

    fields = ["id", "task_name", "status", "args", "queue_name", "scheduled_at", "attempts", "lock", "queueing_lock"]
    list_display = ["id", "task_name", "status", "scheduled_at", "attempts"]
    list_filter = ["status", "task_name"]
    search_fields = ["task_name"]
    ordering = ["-id"]
