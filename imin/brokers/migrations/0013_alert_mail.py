from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brokers", "0012_mail")]
    operations = [
        migrations.AddField(
            model_name="broker",
            name="alert_mail",
            field=models.EmailField(
                blank=True,
                db_default="",
                default="",
                help_text="The Broker's own address, told when somebody tries cards there, and when a domain of theirs "
                "begins to fail or works again. Operators are told anyway.",
                max_length=254,
                verbose_name="Alerts go to",
            ),
        ),
    ]
