from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_walls")]
    operations = [
        migrations.AddField(
            "customer",
            "language",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Of mails, and of pages on a new device.",
                max_length=10,
            ),
        )
    ]
