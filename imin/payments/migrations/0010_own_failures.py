from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):
    """Let Customers have all that is stored of them in the copy of their data; the walls show them no one else's."""

    dependencies = [("payments", "0009_consents")]
    operations = [
        migrations.RunSQL(
            f"GRANT SELECT ON payments_cardfailure, payments_cardreminder TO {settings.WEB_ROLE}",
            f"REVOKE SELECT ON payments_cardfailure, payments_cardreminder FROM {settings.WEB_ROLE}",
        ),
    ]
