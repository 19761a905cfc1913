from django.db import migrations, models


class Migration(migrations.Migration):
    """Let a Broker switch the mails about added and removed cards off."""

    dependencies = [("brokers", "0014_tenants_version")]
    operations = [
        migrations.AddField(
            model_name="broker",
            name="card_notices",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="Write to Customers when a card was added to their account or removed from it, so that who "
                "did not do it learns of it.",
                verbose_name="Mails about added and removed cards",
            ),
        ),
    ]
