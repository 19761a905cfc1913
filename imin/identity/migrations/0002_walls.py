from django.db import migrations

from imin.ground.walls import wall


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial"), ("brokers", "0002_walls")]
    operations = [
        wall("identity_signin"),
        wall("identity_session", grant="SELECT, INSERT, UPDATE"),
        wall("identity_usedlogouttoken", grant="SELECT, INSERT"),
    ]
