import django.db.models.deletion
from django.db import migrations, models

from imin.ground.walls import wall


class Migration(migrations.Migration):
    dependencies = [
        ("brokers", "0001_initial"),
        ("console", "0004_sign_in_attempts"),
    ]
    operations = [
        migrations.CreateModel(
            name="BrokerCheck",
            fields=[
                (
                    "broker",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="brokers.broker",
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("begun_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "findings",
                    models.JSONField(default=list, help_text="Section's heading and result of each step so far."),
                ),
                ("links", models.JSONField(default=dict)),
            ],
        ),
        wall("console_brokercheck", grant=""),
    ]
