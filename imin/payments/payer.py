"""The Customer as the payment service knows them: made once, at the first card."""

from django.db.models import F

from imin.brokers.acting import acting
from imin.payments.errors import PaymentServiceDownError
from imin.payments.gateways.chosen import gateway
from imin.payments.keys import key_of, spend
from imin.payments.models import CardSetup, Payer


def payer_of(setup: CardSetup) -> Payer:
    """Return the payer whom a set-up is for, written down before the payment service is asked for one."""
    with acting(setup.broker_id, setup.customer_id):
        return Payer.objects.get_or_create(
            broker_id=setup.broker_id, customer_id=setup.customer_id, account=setup.account
        )[0]


def reference_of(payer: Payer) -> str:
    """Return the payment service's reference of `payer`, asked for with one key: two tabs at once make one payer."""
    if payer.reference:
        return payer.reference
    try:
        reference = gateway().create_payer(account=payer.account, customer=str(payer.customer_id), key=key_of(payer))
    except PaymentServiceDownError as failure:
        if failure.key_spent:
            spend(payer)
        raise
    with acting(payer.broker_id, payer.customer_id):
        Payer.objects.filter(id=payer.id).update(reference=reference)
    return reference


def forget(payer: Payer, reference: str) -> None:
    """Forget a reference that the payment service knows no more; the next card makes a new payer."""
    with acting(payer.broker_id, payer.customer_id):
        Payer.objects.filter(id=payer.id, reference__in=(reference, "")).update(reference="", calls=F("calls") + 1)
