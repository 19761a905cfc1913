import django.db.models.deletion
from django.db import migrations, models

from imin.ground.walls import same_broker


class Migration(migrations.Migration):

    dependencies = [
        ('brokers', '0010_words'),
        ('customers', '0002_walls'),
        ('payments', '0006_history'),
    ]

    operations = [
        migrations.AddField(
            model_name='card',
            name='bank_updated_at',
            field=models.DateTimeField(blank=True, help_text="When its bank last changed it, by the payment service's clock.", null=True),
        ),
        migrations.AddField(
            model_name='card',
            name='leaves_at',
            field=models.DateTimeField(blank=True, help_text='To be removed then, when the last booking that needs it is over.', null=True),
        ),
        migrations.AddField(
            model_name='card',
            name='leaving_since',
            field=models.DateTimeField(blank=True, help_text='When the Customer asked for that.', null=True),
        ),
        migrations.AddField(
            model_name='card',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, help_text='When it was found gone at the payment service, by no doing of ours.', null=True),
        ),
        migrations.AddField(
            model_name='cardsetup',
            name='replaces',
            field=models.ForeignKey(blank=True, help_text='Retired for the new one.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.card'),
        ),
        migrations.AddField(
            model_name='gatewayevent',
            name='bank_did_it_at',
            field=models.DateTimeField(blank=True, help_text="When a bank changed the card by itself, by the payment service's clock.", null=True),
        ),
        migrations.AddIndex(
            model_name='card',
            index=models.Index(condition=models.Q(('leaves_at__isnull', False)), fields=['leaves_at'], name='card_leaving'),
        ),
        migrations.AddConstraint(
            model_name='card',
            constraint=models.CheckConstraint(condition=models.Q(('leaves_at', None), ('status', 'active'), _connector='OR'), name='leaving_card_is_active'),
        ),
        same_broker('payments_cardsetup', 'replaces_id', 'payments_card'),
    ]
