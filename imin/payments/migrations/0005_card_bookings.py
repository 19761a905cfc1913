import django.db.models.deletion
import uuid
from django.db import migrations, models

from imin.ground.walls import same_broker, wall


class Migration(migrations.Migration):

    dependencies = [
        ('brokers', '0010_words'),
        ('customers', '0002_walls'),
        ('payments', '0004_card_guard'),
    ]

    operations = [
        migrations.CreateModel(
            name='CardBooking',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reference', models.CharField(help_text="The order's own name for it: placed twice is placed once.", max_length=100)),
                ('title', models.CharField(help_text='What was booked, as the Customer reads it.', max_length=200)),
                ('link', models.URLField(blank=True, default='', help_text='Where the Customer sees the booking.', max_length=500)),
                ('day', models.DateField(help_text='The day of the booking, by the calendar of its place.')),
                ('until', models.DateTimeField(help_text='From then on nothing can be charged for it.')),
                ('placed_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('released_at', models.DateTimeField(blank=True, help_text='Cancelled, or charged.', null=True)),
                ('broker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='brokers.broker')),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='payments.card')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='customers.customer')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('released_at', None)), fields=['customer', 'until'], name='booking_of_customer'), models.Index(condition=models.Q(('released_at', None)), fields=['card', 'until'], name='booking_of_card')],
                'constraints': [models.UniqueConstraint(fields=('customer', 'reference'), name='card_booking_once')],
            },
        ),
        wall('payments_cardbooking', customer='customer_id', grant='SELECT, INSERT, UPDATE'),
        same_broker('payments_cardbooking', 'customer_id', 'customers_customer'),
        same_broker('payments_cardbooking', 'card_id', 'payments_card'),
    ]
