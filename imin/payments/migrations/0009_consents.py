import uuid
from hashlib import sha256

import django.db.models.deletion
from django.db import migrations, models

from imin.ground.walls import composite_key, same_broker, wall

# What was evidenced stays as it is: a consent is tied to its card once, ends once, and goes when its time is over.
GUARD = """
CREATE FUNCTION consent_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.card_id IS NULL OR OLD.kept_until < clock_timestamp() THEN
            RETURN OLD;
        END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - ARRAY['card_id', 'ended_at', 'ended_because', 'ended_ip', 'ended_user_agent', 'kept_until']
                = to_jsonb(OLD)
                - ARRAY['card_id', 'ended_at', 'ended_because', 'ended_ip', 'ended_user_agent', 'kept_until']
            AND (OLD.card_id IS NULL OR NEW.card_id = OLD.card_id)
            AND (OLD.ended_at IS NULL OR (NEW.ended_at, NEW.ended_because, NEW.ended_ip, NEW.ended_user_agent,
                NEW.kept_until) = (OLD.ended_at, OLD.ended_because, OLD.ended_ip, OLD.ended_user_agent, OLD.kept_until))
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'The evidence of a consent is kept as it is until its time is over.'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER consent_guard BEFORE UPDATE OR DELETE ON payments_consentevidence
    FOR EACH ROW EXECUTE FUNCTION consent_guard();
CREATE TRIGGER consent_no_truncate BEFORE TRUNCATE ON payments_consentevidence
    FOR EACH STATEMENT EXECUTE FUNCTION consent_guard();
"""
UNGUARD = "DROP FUNCTION consent_guard() CASCADE;"
KEEP_1 = (
    "I agree that {broker} keeps this card, so that I can pay for my own bookings with it. "
    "I can remove it here at any time."
)


def move(apps, schema_editor):
    """Make evidence of what stood in the set-ups; the text itself where its hash says that we know it."""
    setup, evidence = (apps.get_model("payments", name) for name in ("CardSetup", "ConsentEvidence"))
    rows = setup.objects.using(schema_editor.connection.alias).filter(card__isnull=False)
    for one in rows.select_related("broker", "card").iterator():
        said = one.consent
        if not said:
            continue
        text = KEEP_1.format(broker=one.broker.name)
        known = sha256(text.encode()).hexdigest() == said.get("text_hash")
        evidence.objects.using(schema_editor.connection.alias).create(
            broker_id=one.broker_id,
            customer_id=one.customer_id,
            setup=one,
            card=one.card,
            purpose="keep",
            version=said.get("version", ""),
            language=said.get("language", ""),
            text=text if known else "",
            text_hash=said.get("text_hash", ""),
            payee=one.broker.name,
            given_at=said.get("given_at") or one.created_at,
            ip=said.get("ip", ""),
            user_agent=said.get("user_agent", ""),
        )


def move_back(apps, schema_editor):
    """Put the evidence of the first consent back into its set-up."""
    evidence = apps.get_model("payments", "ConsentEvidence")
    for one in evidence.objects.using(schema_editor.connection.alias).filter(purpose="keep").select_related("setup"):
        one.setup.consent = {
            "version": one.version,
            "text_hash": one.text_hash,
            "language": one.language,
            "given_at": one.given_at.isoformat(),
            "ip": one.ip,
            "user_agent": one.user_agent,
        }
        one.setup.save(update_fields=["consent"])


class Migration(migrations.Migration):
    dependencies = [("brokers", "0010_words"), ("customers", "0002_walls"), ("payments", "0008_reminders")]
    operations = [
        migrations.AddField(
            "cardsetup",
            "confirms",
            models.ForeignKey(
                blank=True,
                help_text="A saved card whose bank makes sure who it is, for a consent that is given later.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="confirmations",
                to="payments.card",
            ),
        ),
        migrations.CreateModel(
            name="ConsentEvidence",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("purpose", models.CharField(choices=[("keep", "Keep"), ("charge", "Charge")], max_length=10)),
                ("version", models.CharField(max_length=40, verbose_name="version of the text")),
                ("language", models.CharField(max_length=20)),
                (
                    "text",
                    models.TextField(
                        blank=True, help_text="As it was read; empty only where it was not kept in former times."
                    ),
                ),
                (
                    "text_hash",
                    models.CharField(
                        help_text="SHA-256, hexadecimal.", max_length=64, verbose_name="hash of the text"
                    ),
                ),
                ("payee", models.CharField(blank=True, max_length=80, verbose_name="who is paid")),
                ("given_at", models.DateTimeField()),
                ("ip", models.CharField(blank=True, max_length=45, verbose_name="IP address")),
                ("user_agent", models.CharField(blank=True, max_length=500, verbose_name="browser")),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_because",
                    models.CharField(
                        blank=True,
                        choices=[("withdrawn", "Withdrawn"), ("card_gone", "Card Gone"), ("erased", "Erased")],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "ended_ip",
                    models.CharField(blank=True, default="", max_length=45, verbose_name="IP address at the end"),
                ),
                (
                    "ended_user_agent",
                    models.CharField(blank=True, default="", max_length=500, verbose_name="browser at the end"),
                ),
                (
                    "kept_until",
                    models.DateTimeField(blank=True, help_text="When the evidence may be deleted.", null=True),
                ),
                ("broker", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="brokers.broker")),
                (
                    "card",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="payments.card",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="customers.customer"),
                ),
                (
                    "setup",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consents", to="payments.cardsetup"
                    ),
                ),
            ],
            options={
                "verbose_name": "consent",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)), fields=["card", "purpose"], name="consent_in_force"
                    ),
                    models.Index(fields=["kept_until"], name="consent_kept_until"),
                ],
                "constraints": [models.UniqueConstraint(fields=("setup", "purpose"), name="consent_once_a_setup")],
            },
        ),
        composite_key("payments_cardsetup"),
        wall("payments_consentevidence", customer="customer_id"),
        same_broker("payments_consentevidence", "customer_id", "customers_customer"),
        same_broker("payments_consentevidence", "card_id", "payments_card"),
        same_broker("payments_consentevidence", "setup_id", "payments_cardsetup"),
        same_broker("payments_cardsetup", "confirms_id", "payments_card"),
        migrations.RunPython(move, move_back),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED", ""),
        migrations.AlterField("cardsetup", "consent", models.JSONField(default=dict)),
        migrations.RemoveField("cardsetup", "consent"),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
