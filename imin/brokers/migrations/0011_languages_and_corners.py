from django.conf import settings
from django.db import migrations, models

FORMER = """
CREATE OR REPLACE FUNCTION tenant_of_host(asked text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object(
        'broker_id', b.id, 'slug', b.slug, 'name', b.name, 'host', d.host, 'product', d.product,
        'dashboard_url', b.dashboard_url, 'session_idle_minutes', b.session_idle_minutes,
        'session_hours', b.session_hours, 'max_cards', b.max_cards,
        'primary', coalesce(l."primary", '#1d4ed8'), 'primary_dark', coalesce(l.primary_dark, '#93b4ff'),
        'font', coalesce(l.font, 'system'),
        'logo_version', CASE WHEN length(l.logo) > 0 THEN left(md5(l.logo), 12) ELSE '' END,
        'texts', coalesce(l.texts, '{}'::jsonb))
    FROM brokers_domain d
    JOIN brokers_broker b ON b.id = d.broker_id AND b.active
    LEFT JOIN brokers_branding l ON l.broker_id = b.id
    WHERE d.host = asked AND d.state IN ('verified', 'active', 'failing')
$$;
"""
MORE = f"""'{{}}'::jsonb),
        'corners', coalesce(l.corners, 'round'), 'languages', coalesce(l.languages, '[]'::jsonb),
        'default_language', coalesce(l.default_language, '{settings.LANGUAGE_CODE}'))"""


class Migration(migrations.Migration):
    dependencies = [("brokers", "0010_words")]
    operations = [
        migrations.AddField(
            "branding",
            "corners",
            models.CharField(
                choices=[("round", "Round"), ("slight", "Slightly round"), ("square", "Square")],
                db_default="round",
                default="round",
                max_length=10,
            ),
        ),
        migrations.AddField(
            "branding",
            "languages",
            models.JSONField(
                blank=True,
                db_default=[],
                default=list,
                help_text="What Customers can choose between. None ticked: every language there is.",
            ),
        ),
        migrations.AddField(
            "branding",
            "default_language",
            models.CharField(
                choices=settings.LANGUAGES,
                db_default=settings.LANGUAGE_CODE,
                default=settings.LANGUAGE_CODE,
                help_text="Spoken to whoever neither chose a language nor has a browser that asks for one of these.",
                max_length=10,
            ),
        ),
        migrations.RunSQL(FORMER.replace("'{}'::jsonb))", MORE), FORMER),
    ]
