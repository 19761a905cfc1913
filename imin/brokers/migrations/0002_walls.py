from django.conf import settings
from django.db import migrations

from imin.ground.walls import wall

# The front door asks for a host before it knows whose it is; this function answers for one host, exactly.
TENANT_OF_HOST = f"""
CREATE FUNCTION tenant_of_host(asked text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object(
        'broker_id', b.id, 'slug', b.slug, 'name', b.name, 'host', d.host, 'product', d.product,
        'dashboard_url', b.dashboard_url, 'session_idle_minutes', b.session_idle_minutes,
        'session_hours', b.session_hours, 'max_cards', b.max_cards,
        'primary', coalesce(l."primary", '#1d4ed8'), 'primary_dark', coalesce(l.primary_dark, '#93b4ff'),
        'font', coalesce(l.font, 'system'),
        'logo_version', CASE WHEN length(l.logo) > 0 THEN left(md5(l.logo), 12) ELSE '' END,
        'texts', coalesce(l.texts, '{{}}'::jsonb))
    FROM brokers_domain d
    JOIN brokers_broker b ON b.id = d.broker_id AND b.active
    LEFT JOIN brokers_branding l ON l.broker_id = b.id
    WHERE d.host = asked AND d.active
$$;
REVOKE ALL ON FUNCTION tenant_of_host(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenant_of_host(text) TO {settings.WEB_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("brokers", "0001_initial"), ("ground", "0002_roles")]
    operations = [
        wall("brokers_broker", broker="id", grant="SELECT"),
        wall("brokers_domain", grant="SELECT"),
        wall("brokers_branding", grant="SELECT"),
        wall("brokers_openidsettings", grant="SELECT"),
        migrations.RunSQL(TENANT_OF_HOST, "DROP FUNCTION tenant_of_host(text)"),
    ]
