import pytest
import stripe

from tests.sandbox.pay.forms import save
from tests.sandbox.pay.service import Running


def test_create_and_update(client: stripe.StripeClient) -> None:
    made = client.v1.customers.create(
        {
            "email": "sam@example.com",
            "address": {"city": "Leeds", "country": "GB"},
            "shipping": {"name": "Sam", "address": {"line1": "1 High St"}},
            "preferred_locales": ["cy", "en"],
            "metadata": {"a": "1", "b": "2"},
        }
    )
    assert made.address.city == "Leeds"
    assert made.shipping.address.line1 == "1 High St"
    assert made.preferred_locales == ["cy", "en"]
    changed = client.v1.customers.update(made.id, {"email": "", "metadata": {"a": "", "c": "3"}})
    assert changed.email is None
    assert changed.metadata.to_dict() == {"b": "2", "c": "3"}
    assert client.v1.customers.update(made.id, {"metadata": ""}).metadata.to_dict() == {}
    assert client.v1.customers.update(made.id, {"address": ""}).address is None


def test_list_by_email(client: stripe.StripeClient, customer: stripe.Customer) -> None:
    twin = client.v1.customers.create({"email": "sam@example.com"})
    client.v1.customers.create({"email": "priya@example.com"})
    found = client.v1.customers.list({"email": "sam@example.com"})
    assert [one.id for one in found.data] == [twin.id, customer.id]


def test_delete_detaches_and_leaves_a_stub(
    pay: Running, client: stripe.StripeClient, customer: stripe.Customer
) -> None:
    method = save(pay, customer.id)
    gone = client.v1.customers.delete(customer.id)
    assert gone.deleted is True
    stub = client.v1.customers.retrieve(customer.id)
    assert stub.to_dict() == {"id": customer.id, "object": "customer", "deleted": True}
    assert client.v1.payment_methods.retrieve(method).customer is None
    assert client.v1.customers.list().data == []
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.update(customer.id, {"name": "x"})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.setup_intents.create({"customer": customer.id})
    assert (refused.value.code, refused.value.param) == ("resource_missing", "customer")


def test_first_card_and_default(client: stripe.StripeClient) -> None:
    made = client.v1.customers.create({"payment_method": "pm_card_visa"})
    cards = client.v1.payment_methods.list({"customer": made.id}).data
    assert len(cards) == 1
    changed = client.v1.customers.update(
        made.id,
        {
            "invoice_settings": {"default_payment_method": cards[0].id},
            "expand": ["invoice_settings.default_payment_method"],
        },
    )
    assert changed.invoice_settings.default_payment_method.card.last4 == "4242"
    stranger = client.v1.customers.create()
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.customers.update(stranger.id, {"invoice_settings": {"default_payment_method": cards[0].id}})
    assert refused.value.param == "invoice_settings[default_payment_method]"


@pytest.mark.parametrize("metadata", [{"k" * 41: "v"}, {"k": "v" * 501}, {f"k{number}": "v" for number in range(51)}])
def test_metadata_limits(client: stripe.StripeClient, metadata: dict[str, str]) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.customers.create({"metadata": metadata})
    assert refused.value.param.startswith("metadata")


def test_customer_session(client: stripe.StripeClient, customer: stripe.Customer) -> None:
    session = client.v1.customer_sessions.create(
        {
            "customer": customer.id,
            "components": {"payment_element": {"enabled": True, "features": {"payment_method_redisplay": "enabled"}}},
        }
    )
    features = session.components.payment_element.features
    assert session.client_secret.startswith("cuss_secret_")
    assert "id" not in session
    assert (features.payment_method_redisplay, features.payment_method_save) == ("enabled", "disabled")
    assert features.payment_method_allow_redisplay_filters == ["always"]
    assert session.expires_at - session.created == 1800
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customer_sessions.create({"customer": customer.id, "components": {}})
