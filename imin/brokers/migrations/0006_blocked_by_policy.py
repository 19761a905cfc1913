import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from imin.ground.walls import wall


class Migration(migrations.Migration):

    dependencies = [
        ('brokers', '0005_client_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='BlockedByPolicy',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('directive', models.CharField(max_length=40)),
                ('blocked', models.CharField(help_text='Scheme and host, never a path.', max_length=255)),
                ('count', models.PositiveIntegerField(default=0)),
                ('last_at', models.DateTimeField()),
                ('broker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='brokers.broker')),
            ],
            options={
                'verbose_name': "blocked by the pages' policy",
                'verbose_name_plural': "blocked by the pages' policy",
                'constraints': [models.UniqueConstraint(fields=('broker', 'day', 'directive', 'blocked'), name='blocked_once_a_day')],
            },
        ),
        wall('brokers_blockedbypolicy', grant='SELECT, INSERT, UPDATE'),
        migrations.RunSQL(
            f'GRANT USAGE ON SEQUENCE brokers_blockedbypolicy_id_seq TO {settings.WEB_ROLE};',
            f'REVOKE USAGE ON SEQUENCE brokers_blockedbypolicy_id_seq FROM {settings.WEB_ROLE};',
        ),
    ]
