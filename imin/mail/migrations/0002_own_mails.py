from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):
    """Let Customers have what became of their mails in the copy of their data; the wall shows them no one else's."""

    dependencies = [("mail", "0001_initial")]
    operations = [
        migrations.RunSQL(
            f"GRANT SELECT ON mail_sentmail TO {settings.WEB_ROLE}",
            f"REVOKE SELECT ON mail_sentmail FROM {settings.WEB_ROLE}",
        ),
    ]
