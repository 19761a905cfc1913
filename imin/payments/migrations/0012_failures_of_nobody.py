from django.db import migrations, models


class Migration(migrations.Migration):
    """Let a failed try count for its Broker after its Customer was erased."""

    dependencies = [("customers", "0004_mail"), ("payments", "0011_default_expiry")]
    operations = [
        migrations.AlterField(
            model_name="cardfailure",
            name="customer",
            field=models.ForeignKey(
                help_text="None: erased since.", null=True, on_delete=models.CASCADE, to="customers.customer"
            ),
        ),
    ]
