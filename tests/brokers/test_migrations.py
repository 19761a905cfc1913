"""Migrations keep what is stored."""

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from imin.brokers.models import Domain
from imin.ground.database import OWNER


def test_what_was_active_stays_active_and_what_was_switched_off_is_removed(owner):
    old = MigrationExecutor(connections[OWNER]).migrate([("brokers", "0002_walls")]).apps
    try:
        for slug, active in (("acme", True), ("harbour", False), ("third", True)):
            broker = old.get_model("brokers", "Broker").objects.create(slug=slug, name=slug, dashboard_url="x")
            old.get_model("brokers", "Domain").objects.create(
                broker=broker, host=f"cards.{slug}.example", active=active
            )
    finally:
        call_command("migrate", database=OWNER, verbosity=0)  # puts the new tables under the audit log too
    stored = list(Domain.objects.order_by("host"))
    assert [(domain.host, domain.state) for domain in stored] == [
        ("cards.acme.example", "active"),
        ("cards.harbour.example", "removed"),
        ("cards.third.example", "active"),
    ]
    assert len({domain.target_label for domain in stored}) == len({domain.proof for domain in stored}) == 3
