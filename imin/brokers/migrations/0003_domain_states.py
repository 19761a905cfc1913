from django.db import migrations, models

import imin.brokers.models
import imin.ground.clock

TENANT_OF_HOST = """
CREATE OR REPLACE FUNCTION tenant_of_host(asked text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object(
        'broker_id', b.id, 'slug', b.slug, 'name', b.name, 'host', d.host, 'product', d.product,
        'dashboard_url', b.dashboard_url, 'session_idle_minutes', b.session_idle_minutes,
        'session_hours', b.session_hours, 'max_cards', b.max_cards,
        'primary', coalesce(l."primary", '#1d4ed8'), 'primary_dark', coalesce(l.primary_dark, '#93b4ff'),
        'font', coalesce(l.font, 'system'),
        'logo_version', CASE WHEN length(l.logo) > 0 THEN left(md5(l.logo), 12) ELSE '' END,
        'texts', coalesce(l.texts, '{{}}'::jsonb))
    FROM brokers_domain d
    JOIN brokers_broker b ON b.id = d.broker_id AND b.active
    LEFT JOIN brokers_branding l ON l.broker_id = b.id
    WHERE d.host = asked AND {served}
$$;
"""
BY_STATE = TENANT_OF_HOST.format(served="d.state IN ('verified', 'active', 'failing')")
BY_FLAG = TENANT_OF_HOST.format(served="d.active")

# What was switched off had been taken away from the Broker; each domain gets a target and a proof of its own.
KEEP = """
UPDATE brokers_domain SET
    state = CASE WHEN active THEN 'active' ELSE 'removed' END,
    target_label = left(replace(gen_random_uuid()::text, '-', ''), 16),
    proof = replace(gen_random_uuid()::text, '-', '')
"""


class Migration(migrations.Migration):
    dependencies = [("brokers", "0002_walls")]
    operations = [
        migrations.RemoveConstraint("domain", "one_domain_per_product"),
        migrations.AlterField(
            "domain", "host", models.CharField(help_text="For example cards.acmebroker.com", max_length=253)
        ),
        migrations.AddField(
            "domain",
            "state",
            models.CharField(
                choices=[
                    ("pending", "Pending: the Broker has not proved yet that the name is theirs"),
                    ("verified", "Verified: theirs, and not reached over HTTPS yet"),
                    ("active", "Active"),
                    ("failing", "Failing: served, but the last checks found something wrong"),
                    ("removed", "Removed"),
                ],
                default="pending",
                editable=False,
                max_length=10,
            ),
        ),
        migrations.AddField(
            "domain", "state_since", models.DateTimeField(default=imin.ground.clock.now, editable=False)
        ),
        migrations.AddField("domain", "target_label", models.CharField(default="", editable=False, max_length=16)),
        migrations.AddField("domain", "proof", models.CharField(default="", editable=False, max_length=32)),
        migrations.AddField("domain", "checked_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField(
            "domain",
            "failures",
            models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="Failed checks in a row"),
        ),
        migrations.AddField(
            "domain",
            "problem",
            models.CharField(blank=True, editable=False, max_length=500, verbose_name="What the last check found"),
        ),
        migrations.RunSQL(KEEP, "UPDATE brokers_domain SET active = state IN ('verified', 'active', 'failing')"),
        migrations.AlterField(
            "domain",
            "target_label",
            models.CharField(default=imin.brokers.models.new_label, editable=False, max_length=16, unique=True),
        ),
        migrations.AlterField(
            "domain",
            "proof",
            models.CharField(default=imin.brokers.models.new_proof, editable=False, max_length=32),
        ),
        migrations.AddConstraint(
            "domain",
            models.UniqueConstraint(
                condition=models.Q(("state", "removed"), _negated=True),
                fields=("broker", "product"),
                name="one_live_domain_per_product",
            ),
        ),
        migrations.AddConstraint(
            "domain",
            models.UniqueConstraint(
                condition=models.Q(("state", "removed"), _negated=True),
                fields=("host",),
                name="one_live_domain_per_host",
            ),
        ),
        migrations.RunSQL(BY_STATE, BY_FLAG),
        migrations.RemoveField("domain", "active"),
    ]
