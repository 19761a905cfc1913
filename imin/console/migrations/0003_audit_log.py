from django.db import migrations, models

APPEND_ONLY = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit log is only ever added to.';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON console_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON console_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""
# One writer at a time, so that each entry follows the one before; `audit.problems` computes the same text.
CHAIN = """
CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    newest record;
BEGIN
    PERFORM pg_advisory_xact_lock(7261646974);
    SELECT number, hash INTO newest FROM console_auditentry ORDER BY number DESC LIMIT 1;
    NEW.number := coalesce(newest.number, 0) + 1;
    NEW.at := clock_timestamp();
    NEW.previous := coalesce(newest.hash, repeat('0', 64));
    NEW.hash := encode(sha256(convert_to(NEW.previous || E'\\n' || jsonb_build_array(
        NEW.number, to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), NEW.who, NEW.address, NEW.action,
        NEW.thing, NEW.thing_id, NEW.name, NEW.broker, NEW.changes)::text, 'UTF8')), 'hex');
    RETURN NEW;
END $$;
CREATE TRIGGER audit_chain BEFORE INSERT ON console_auditentry FOR EACH ROW EXECUTE FUNCTION audit_chain();
"""
# What may be shown of a value: secrets are hidden by their column's name, long ones are cut.
SHOWN = """
CREATE FUNCTION audit_shown(field text, value jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN value IS NULL OR value IN ('null', '""') THEN value
        WHEN field ~ '(encrypted|hash|password|secret|token|key|nonce|verifier)$' THEN '"(hidden)"'::jsonb
        WHEN length(value #>> '{}') > 300 THEN to_jsonb(left(value #>> '{}', 120) || format(
            '… (%s characters, MD5 %s)', length(value #>> '{}'), md5(value #>> '{}')))
        ELSE value
    END
$$;
"""
# The trigger's arguments are columns that are left out. Without `app.operator` nobody is known to have decided it.
CHANGE = """
CREATE FUNCTION audit_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    was jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}'::jsonb ELSE to_jsonb(OLD) END;
    now_is jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}'::jsonb ELSE to_jsonb(NEW) END;
    it jsonb := was || now_is;
    operator jsonb := coalesce(nullif(current_setting('app.operator', true), ''), '{}')::jsonb;
    found jsonb;
BEGIN
    SELECT jsonb_object_agg(field, jsonb_build_array(audit_shown(field, was -> field), audit_shown(field, now_is -> field)))
    INTO found
    FROM jsonb_object_keys(it) AS field
    WHERE coalesce(was -> field, 'null') <> coalesce(now_is -> field, 'null')
        AND NOT field = ANY (coalesce(TG_ARGV::text[], '{}'));
    IF found IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO console_auditentry (who, address, action, thing, thing_id, name, broker, changes) VALUES (
        coalesce(operator ->> 'who', 'nobody at the console'),
        coalesce(operator ->> 'address', 'database role ' || session_user),
        CASE TG_OP WHEN 'INSERT' THEN 'added' WHEN 'UPDATE' THEN 'changed' ELSE 'deleted' END,
        TG_TABLE_NAME,
        left(coalesce(it ->> 'id', it ->> 'user_id', it ->> 'broker_id', ''), 64),
        left(coalesce(it ->> 'name', it ->> 'username', it ->> 'host', it ->> 'issuer',
            (SELECT username FROM auth_user WHERE id::text = it ->> 'user_id'), ''), 300),
        left(CASE WHEN TG_TABLE_NAME = 'brokers_broker' THEN it ->> 'slug' ELSE coalesce(
            (SELECT slug FROM brokers_broker WHERE id::text = it ->> 'broker_id'), it ->> 'broker_id', '') END, 60),
        found);
    RETURN NULL;
END $$;
"""
REMOVE = """
DROP FUNCTION audit_change() CASCADE;
DROP FUNCTION audit_shown(text, jsonb);
DROP FUNCTION audit_chain() CASCADE;
DROP FUNCTION audit_refuse() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("console", "0002_second_factor"), ("brokers", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(editable=False, null=True)),
                ("who", models.CharField(max_length=150)),
                ("address", models.CharField(blank=True, max_length=150, verbose_name="From")),
                ("action", models.CharField(max_length=40)),
                ("thing", models.CharField(help_text="The table.", max_length=63)),
                ("thing_id", models.CharField(blank=True, max_length=64, verbose_name="Identifier")),
                ("name", models.CharField(blank=True, max_length=300)),
                ("broker", models.CharField(blank=True, max_length=60)),
                (
                    "changes",
                    models.JSONField(
                        default=dict, help_text="For each field what was there, and what is there now."
                    ),
                ),
                (
                    "previous",
                    models.CharField(editable=False, max_length=64, verbose_name="Hash of the entry before"),
                ),
                ("hash", models.CharField(editable=False, max_length=64)),
            ],
            options={"verbose_name": "change", "verbose_name_plural": "audit log"},
        ),
        migrations.RunSQL(APPEND_ONLY + CHAIN + SHOWN + CHANGE, REMOVE),
    ]
