from django.conf import settings
from django.db import migrations

from imin.ground.walls import composite_key, same_broker, wall


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial"), ("customers", "0002_walls")]
    operations = [
        wall("payments_paymentaccount", grant="SELECT"),
        wall("payments_payer", customer="customer_id", grant="SELECT, INSERT"),
        wall("payments_card", customer="customer_id", grant="SELECT, INSERT, UPDATE"),
        wall("payments_cardsetup", customer="customer_id", grant="SELECT, INSERT, UPDATE"),
        wall("payments_cardchange", customer="customer_id", grant="SELECT, INSERT, UPDATE"),
        composite_key("payments_card"),
        same_broker("payments_payer", "customer_id", "customers_customer"),
        same_broker("payments_card", "customer_id", "customers_customer"),
        same_broker("payments_cardsetup", "customer_id", "customers_customer"),
        same_broker("payments_cardchange", "customer_id", "customers_customer"),
        same_broker("payments_cardsetup", "card_id", "payments_card"),
        same_broker("payments_cardchange", "card_id", "payments_card"),
        # an event belongs to a payment account, not to a Broker: the web role may store one and read none
        migrations.RunSQL(
            f"GRANT INSERT ON payments_gatewayevent TO {settings.WEB_ROLE}; "
            f"GRANT USAGE ON SEQUENCE payments_gatewayevent_id_seq TO {settings.WEB_ROLE};",
            f"REVOKE ALL ON payments_gatewayevent FROM {settings.WEB_ROLE};",
        ),
    ]
