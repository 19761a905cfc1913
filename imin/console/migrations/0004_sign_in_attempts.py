from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("console", "0003_audit_log")]
    operations = [
        migrations.CreateModel(
            name="SignInAttempts",
            fields=[
                ("key", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("failures", models.PositiveIntegerField()),
                ("last_at", models.DateTimeField(db_index=True)),
                ("wait_until", models.DateTimeField()),
            ],
        ),
    ]
