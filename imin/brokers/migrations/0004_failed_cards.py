import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('brokers', '0003_domain_states'),
    ]

    operations = [
        migrations.AddField(
            model_name='broker',
            name='failed_cards_challenge',
            field=models.PositiveIntegerField(db_default=30, default=30, help_text='So many failed cards within an hour, of all Customers together, look like card testing: from then on each bank is asked to make sure who adds a card.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='Failed cards before challenges'),
        ),
        migrations.AddField(
            model_name='broker',
            name='failed_cards_stop',
            field=models.PositiveIntegerField(db_default=150, default=150, help_text='From so many within an hour on nobody can add a card, until an hour has passed without.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='Failed cards before a stop'),
        ),
    ]
