from django.conf import settings
from django.db import migrations
from psycopg import sql

from imin.ground.walls import wall


def create_web_role(apps, schema_editor):
    """Make the role that web processes use; it owns nothing and cannot leave row-level security."""
    role = sql.Identifier(settings.WEB_ROLE)
    password = settings.DATABASES["default"].get("PASSWORD")
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", [settings.WEB_ROLE]
        )
        known = cursor.fetchone()
        if known and known[0]:
            raise RuntimeError(
                f"The role {settings.WEB_ROLE} of DATABASE_WEB_URL can bypass row-level security (it is a superuser "
                "or has BYPASSRLS). Give web processes a plain role of their own."
            )
        if not known:
            login = sql.SQL(" PASSWORD {}").format(sql.Literal(password)) if password else sql.SQL("")
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role) + login)
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
        # healthz says whether a worker is alive
        cursor.execute(sql.SQL("GRANT SELECT ON procrastinate_workers TO {}").format(role))


class Migration(migrations.Migration):
    dependencies = [("ground", "0001_initial"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [
        migrations.RunPython(create_web_role, migrations.RunPython.noop),
        wall("outbox", grant="INSERT"),
    ]
