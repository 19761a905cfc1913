import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from imin.ground.walls import same_broker, wall

# Numbers and hashes are the database's, so that no way of writing gets past them. As its owner, since only this
# function may move the head; the Customer's row is what every decision about their cards waits for (lock.py).
# `history_check.py` computes the same text in other code.
CHAIN = r"""
CREATE FUNCTION history_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    newest record;
BEGIN
    PERFORM 1 FROM customers_customer WHERE id = NEW.customer_id FOR NO KEY UPDATE;
    SELECT number, hash INTO newest FROM payments_historyhead WHERE customer_id = NEW.customer_id;
    NEW.number := coalesce(newest.number, 0) + 1;
    NEW.previous := coalesce(newest.hash, repeat('0', 64));
    NEW.salt := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
    NEW.blanked_at := NULL;
    NEW.digest := encode(sha256(convert_to(NEW.salt || E'\n' || NEW.details, 'UTF8')), 'hex');
    NEW.hash := encode(sha256(convert_to(concat_ws(E'\n', NEW.previous, NEW.customer_id, NEW.number,
        to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), coalesce(NEW.card_id::text, '-'),
        NEW.event, NEW.by_whom, NEW.digest), 'UTF8')), 'hex');
    INSERT INTO payments_historyhead (customer_id, broker_id, number, hash)
        VALUES (NEW.customer_id, NEW.broker_id, NEW.number, NEW.hash)
        ON CONFLICT (customer_id) DO UPDATE SET number = excluded.number, hash = excluded.hash;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION history_chain() FROM PUBLIC;
CREATE TRIGGER history_chain BEFORE INSERT ON payments_historyentry
    FOR EACH ROW EXECUTE FUNCTION history_chain();
"""
# The one change that is let through: the details of an erased Customer are blanked, together with their salt.
APPEND_ONLY = """
CREATE FUNCTION history_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.details = '' AND NEW.salt = '' AND NEW.blanked_at IS NOT NULL AND OLD.blanked_at IS NULL
            AND to_jsonb(NEW) - ARRAY['details', 'salt', 'blanked_at']
                = to_jsonb(OLD) - ARRAY['details', 'salt', 'blanked_at']
            AND EXISTS (SELECT 1 FROM customers_customer WHERE id = OLD.customer_id AND erased_at IS NOT NULL)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'The history of cards is only ever added to; details are blanked once their Customer is erased.';
END $$;
CREATE TRIGGER history_append_only BEFORE UPDATE OR DELETE ON payments_historyentry
    FOR EACH ROW EXECUTE FUNCTION history_refuse();
CREATE TRIGGER history_no_truncate BEFORE TRUNCATE ON payments_historyentry
    FOR EACH STATEMENT EXECUTE FUNCTION history_refuse();
"""
REMOVE = """
DROP FUNCTION history_refuse() CASCADE;
DROP FUNCTION history_chain() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("brokers", "0010_words"), ("customers", "0002_walls"), ("payments", "0005_card_bookings")]
    operations = [
        migrations.CreateModel(
            name="HistoryHead",
            fields=[
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="customers.customer",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("broker", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="brokers.broker")),
            ],
        ),
        migrations.CreateModel(
            name="HistoryEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "number",
                    models.PositiveIntegerField(
                        default=0, editable=False, help_text="Counts the Customer's, without gaps."
                    ),
                ),
                ("at", models.DateTimeField()),
                ("event", models.CharField(help_text="See `Event`.", max_length=30)),
                ("by_whom", models.CharField(help_text="See `By`.", max_length=10)),
                ("details", models.TextField(default="{}", help_text="JSON; empty once blanked.")),
                ("salt", models.CharField(default="", editable=False, max_length=64)),
                (
                    "digest",
                    models.CharField(default="", editable=False, help_text="Of salt and details.", max_length=64),
                ),
                (
                    "previous",
                    models.CharField(
                        default="", editable=False, max_length=64, verbose_name="hash of the entry before"
                    ),
                ),
                ("hash", models.CharField(default="", editable=False, max_length=64)),
                ("blanked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("broker", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="brokers.broker")),
                (
                    "card",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="history",
                        to="payments.card",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="history", to="customers.customer"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "history entries",
                "indexes": [models.Index(fields=["card", "-number"], name="history_of_card")],
                "constraints": [models.UniqueConstraint(fields=("customer", "number"), name="history_number_once")],
            },
        ),
        wall("payments_historyentry", customer="customer_id", grant="SELECT, INSERT"),
        wall("payments_historyhead", customer="customer_id", grant=""),  # the trigger's alone
        same_broker("payments_historyentry", "customer_id", "customers_customer"),
        same_broker("payments_historyentry", "card_id", "payments_card"),
        same_broker("payments_historyhead", "customer_id", "customers_customer"),
        migrations.RunSQL(
            f"GRANT USAGE ON SEQUENCE payments_historyentry_id_seq TO {settings.WEB_ROLE};",
            f"REVOKE ALL ON SEQUENCE payments_historyentry_id_seq FROM {settings.WEB_ROLE};",
        ),
        migrations.RunSQL(CHAIN + APPEND_ONLY, REMOVE),
    ]
