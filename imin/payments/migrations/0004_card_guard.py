import django.db.models.deletion
import uuid
from django.db import migrations, models

from imin.ground.walls import same_broker, wall

# a Customer sees what holds them, and what holds nobody in particular (an address, the whole Broker)
OWN_OR_NOBODYS = "coalesce(customer_id::text, current_setting('app.customer', true))"


class Migration(migrations.Migration):

    dependencies = [
        ('brokers', '0002_walls'),
        ('customers', '0002_walls'),
        ('payments', '0003_keys_and_due'),
    ]

    operations = [
        migrations.AddField(
            model_name='cardsetup',
            name='challenge',
            field=models.BooleanField(db_default=False, default=False, help_text='The bank is asked to make sure who it is; see guard/.'),
        ),
        migrations.AddField(
            model_name='cardsetup',
            name='network',
            field=models.CharField(blank=True, db_default='', default='', help_text='IPv6: its /64.', max_length=50, verbose_name='address'),
        ),
        migrations.AddField(
            model_name='gatewayevent',
            name='failed',
            field=models.JSONField(blank=True, help_text='The try that a bank refused, when it tells of one.', null=True),
        ),
        migrations.CreateModel(
            name='CardFailure',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('account', models.CharField(blank=True, default='', max_length=255)),
                ('attempt', models.CharField(help_text='`setatt_…`: each try counts once.', max_length=255)),
                ('fingerprint', models.CharField(blank=True, default='', max_length=255)),
                ('bin', models.CharField(blank=True, default='', help_text='Only where the service tells it.', max_length=8, verbose_name='BIN')),
                ('network', models.CharField(blank=True, default='', help_text='IPv6: its /64.', max_length=50, verbose_name='address')),
                ('decline', models.CharField(max_length=60)),
                ('failed_at', models.DateTimeField()),
                ('broker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='brokers.broker')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='customers.customer')),
            ],
            options={
                'indexes': [models.Index(fields=['customer', 'failed_at'], name='failure_customer'), models.Index(fields=['account', 'fingerprint', 'failed_at'], name='failure_card'), models.Index(fields=['bin', 'failed_at'], name='failure_bin'), models.Index(fields=['network', 'failed_at'], name='failure_network'), models.Index(fields=['broker', 'failed_at'], name='failure_broker')],
                'constraints': [models.UniqueConstraint(fields=('account', 'attempt'), name='failed_try_once')],
            },
        ),
        migrations.CreateModel(
            name='CardHold',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('whose', models.CharField(choices=[('customer', 'Customer'), ('address', 'Address'), ('broker', 'Broker')], max_length=10)),
                ('network', models.CharField(blank=True, default='', max_length=50, verbose_name='address')),
                ('step', models.PositiveSmallIntegerField(choices=[(1, 'Slowed down'), (2, 'Challenged'), (3, 'Stopped')])),
                ('because', models.CharField(help_text='What was counted, and how often.', max_length=100)),
                ('created_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('wait_until', models.DateTimeField(help_text='No new try before that.')),
                ('until', models.DateTimeField(help_text='When it ends by itself.')),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('lifted_by', models.CharField(blank=True, default='', max_length=150)),
                ('broker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='brokers.broker')),
                ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='customers.customer')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('lifted_at', None)), fields=['broker', 'until'], name='hold_live')],
            },
        ),
        wall('payments_cardfailure', customer='customer_id', grant=''),  # counted by the owner alone
        wall('payments_cardhold', customer=OWN_OR_NOBODYS, grant='SELECT'),
        same_broker('payments_cardfailure', 'customer_id', 'customers_customer'),
        same_broker('payments_cardhold', 'customer_id', 'customers_customer'),
    ]
