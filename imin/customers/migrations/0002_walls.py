from django.db import migrations

from imin.ground.walls import composite_key, same_broker, wall


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial"), ("brokers", "0002_walls"), ("identity", "0002_walls")]
    operations = [
        wall("customers_customer", customer="id", grant="SELECT, INSERT, UPDATE"),
        composite_key("customers_customer"),
        same_broker("identity_session", "customer_id", "customers_customer"),
    ]
