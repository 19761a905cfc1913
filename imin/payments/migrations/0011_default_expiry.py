from django.db import migrations, models


class Migration(migrations.Migration):
    """Find the defaults that have expired without reading every card."""

    dependencies = [("payments", "0010_own_failures")]
    operations = [
        migrations.AddIndex(
            model_name="card",
            index=models.Index(
                fields=["exp_year", "exp_month"], condition=models.Q(is_default=True), name="card_default_expiry"
            ),
        ),
    ]
