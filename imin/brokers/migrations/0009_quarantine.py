from django.db import migrations

# Looked at after the row is written, so that it also sees a removal that the unique index had to wait for.
QUARANTINE = """
CREATE FUNCTION refuse_name_in_quarantine() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.state <> 'removed' AND EXISTS (
        SELECT 1 FROM brokers_domain
        WHERE host = NEW.host AND broker_id <> NEW.broker_id
          AND state = 'removed' AND state_since > now() - interval '30 days'
    ) THEN
        RAISE EXCEPTION '% was taken from another Broker less than 30 days ago', NEW.host
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'name_in_quarantine';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER name_in_quarantine AFTER INSERT OR UPDATE OF host, broker_id, state ON brokers_domain
    FOR EACH ROW EXECUTE FUNCTION refuse_name_in_quarantine();
"""


class Migration(migrations.Migration):
    dependencies = [("brokers", "0008_step_up")]
    operations = [
        migrations.RunSQL(
            QUARANTINE,
            "DROP TRIGGER name_in_quarantine ON brokers_domain; DROP FUNCTION refuse_name_in_quarantine()",
        )
    ]
