"""The console as a Django application."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class Console(AppConfig):
    """Puts every table, whichever room it belongs to, under the audit log."""

    name = "imin.console"

    def ready(self) -> None:
        """Look for new tables after each migration."""
        from imin.console.audit import watch_tables  # noqa: PLC0415 models are not there any sooner

        post_migrate.connect(watch_tables, sender=self)
