from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ground", "0002_roles"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[],
            options={"verbose_name": "background job", "proxy": True, "indexes": [], "constraints": []},
            bases=("procrastinate.procrastinatejob",),
        ),
    ]
