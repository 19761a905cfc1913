from datetime import UTC, datetime

from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)
SPENT = "Idempotency keys spent; see keys.py."


def calls(model):
    field = models.PositiveSmallIntegerField(default=0, help_text=SPENT)
    return migrations.AddField(model_name=model, name="calls", field=field)


def due(model, words):
    field = models.DateTimeField(default=AT_ONCE, help_text=words)
    return migrations.AddField(model_name=model, name="due_at", field=field, preserve_default=False)


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_walls")]
    operations = [
        calls("payer"),
        calls("cardsetup"),
        calls("cardchange"),
        due("cardsetup", "When the sweep looks at it next, while it is open."),
        due("gatewayevent", "When it is (next) to be handled; ahead while somebody does."),
        migrations.AlterField(
            model_name="payer",
            name="reference",
            field=models.CharField(
                blank=True, default="", help_text="`cus_…`; empty: not asked for yet.", max_length=255
            ),
        ),
        migrations.AlterField(
            model_name="cardchange",
            name="changes",
            field=models.JSONField(
                help_text="The whole edit: exp_month, exp_year, holder_name, address, nickname, …"
            ),
        ),
        migrations.AlterField(
            model_name="cardchange",
            name="status",
            field=models.CharField(
                choices=[("pending", "Pending"), ("done", "Done"), ("refused", "Refused"), ("dropped", "Dropped")],
                default="pending",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="gatewayevent",
            name="kind",
            field=models.CharField(help_text="What it is about: setup, card or payer.", max_length=80),
        ),
        migrations.RemoveIndex(model_name="cardsetup", name="setup_open"),
        migrations.RemoveIndex(model_name="cardsetup", name="setup_reference"),
        migrations.RemoveIndex(model_name="gatewayevent", name="event_unhandled"),
        migrations.AddIndex(model_name="payer", index=models.Index(fields=["reference"], name="payer_reference")),
        migrations.AddIndex(model_name="card", index=models.Index(fields=["reference"], name="card_reference")),
        migrations.AddIndex(
            model_name="cardsetup",
            index=models.Index(fields=["due_at"], condition=Q(status="open"), name="setup_due"),
        ),
        migrations.AddIndex(
            model_name="cardsetup", index=models.Index(fields=["reference"], name="setup_reference")
        ),
        migrations.AddIndex(
            model_name="gatewayevent",
            index=models.Index(fields=["due_at"], condition=Q(handled_at=None), name="event_due"),
        ),
        # a payer is written before the payment service is asked for it, and gets its reference afterwards
        migrations.RunSQL(
            f"GRANT UPDATE ON payments_payer TO {settings.WEB_ROLE};",
            f"REVOKE UPDATE ON payments_payer FROM {settings.WEB_ROLE};",
        ),
    ]
