from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brokers", "0009_quarantine")]
    operations = [
        migrations.AlterField(
            "broker",
            "slug",
            models.SlugField(help_text="Short name in commands, for example acmebroker.", unique=True),
        ),
        migrations.AlterField(
            "branding", "texts", models.JSONField(blank=True, default=dict, help_text="By language and place.")
        ),
    ]
