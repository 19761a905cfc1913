import pytest
import stripe

from tests.sandbox.pay.forms import RETURN, card_data, save
from tests.sandbox.pay.service import Running

ACME = "acct_1SandboxAcme"


def test_numbers_come_from_browsers_only(pay: Running, client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_methods.create(card_data())
    assert refused.value.param == "card[number]"
    made = pay.browser().v1.payment_methods.create(
        {**card_data("maestro"), "billing_details": {"name": "Sam", "address": {"country": "GB"}}}
    )
    assert (made.card.brand, made.card.funding, made.card.last4) == ("mastercard", "debit", "8453")
    assert made.billing_details.address.country == "GB"
    assert made.customer is None


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"number": "4242424242424241"}, "incorrect_number", "number"),
        ({"number": "42424242"}, "invalid_number", "number"),
        ({"number": "card"}, "invalid_number", "number"),
        ({"exp_month": 13}, "invalid_expiry_month", "exp_month"),
        ({"exp_year": 95}, "invalid_expiry_year", "exp_year"),
        ({"exp_year": 2020}, "invalid_expiry_year", "exp_year"),
        ({"cvc": "99"}, "invalid_cvc", "cvc"),
        ({"number": "378282246310005", "cvc": "123"}, "invalid_cvc", "cvc"),
    ],
)
def test_impossible_cards(pay: Running, change: dict[str, object], code: str, param: str) -> None:
    data = card_data()
    data["card"].update(change)
    with pytest.raises(stripe.CardError) as refused:
        pay.browser().v1.payment_methods.create(data)
    assert (refused.value.http_status, refused.value.code, refused.value.param) == (402, code, param)


def test_somebodys_own_card_is_refused(pay: Running) -> None:
    data = card_data()
    data["card"]["number"] = "4539578763621486"  # fits the check digit, is no test number
    with pytest.raises(stripe.CardError) as refused:
        pay.browser().v1.payment_methods.create(data)
    assert refused.value.error.decline_code == "test_mode_live_card"


def test_two_digit_years_and_grouped_numbers(pay: Running) -> None:
    made = pay.browser().v1.payment_methods.create(card_data(number="4242 4242 4242 4242", exp_year=44))
    assert made.card.exp_year == 2044


def test_tokens_and_shared_names_make_a_new_one_each_time(
    client: stripe.StripeClient, customer: stripe.Customer
) -> None:
    by_token = client.v1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    first = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    second = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    assert len({by_token.id, first.id, second.id}) == 3
    assert by_token.card.fingerprint == first.card.fingerprint
    for name in ("pm_card_nobody", "pm_nobody"):
        with pytest.raises(stripe.InvalidRequestError) as unknown:
            client.v1.payment_methods.attach(name, {"customer": customer.id})
        assert unknown.value.code == "resource_missing"


def test_fingerprints_differ_between_accounts(pay: Running) -> None:
    def fingerprint(name: str, account: str | None = None) -> str:
        made = pay.browser(account).v1.payment_methods.create(card_data(name))
        return str(made.card.fingerprint)

    assert fingerprint("visa") == fingerprint("visa")
    assert len({fingerprint("visa"), fingerprint("mastercard"), fingerprint("visa", ACME)}) == 3


def test_update_keeps_brand_number_and_fingerprint(
    pay: Running, client: stripe.StripeClient, customer: stripe.Customer
) -> None:
    method = save(pay, customer.id)
    before = client.v1.payment_methods.retrieve(method)
    params: stripe.params.PaymentMethodUpdateParams = {
        "billing_details": {"name": "S. Okafor", "address": {"city": "Leeds"}},
        "card": {"exp_month": 1, "exp_year": 2041},
        "allow_redisplay": "always",
    }
    after = client.v1.payment_methods.update(method, params)
    assert (after.card.exp_month, after.card.exp_year) == (1, 2041)
    assert after.billing_details.address.city == "Leeds"
    assert after.allow_redisplay == "always"
    for name in ("brand", "last4", "fingerprint", "funding"):
        assert getattr(after.card, name) == getattr(before.card, name)
    again = client.v1.payment_methods.update(method, {"billing_details": {"address": {"line1": "1 High St"}}})
    assert (again.billing_details.address.city, again.billing_details.address.line1) == ("Leeds", "1 High St")
    cleared = client.v1.payment_methods.update(method, {"billing_details": {"name": ""}})
    assert cleared.billing_details.name is None


@pytest.mark.parametrize("param", ["card[number]", "card[cvc]", "customer"])
def test_update_never_takes_number_code_or_owner(pay: Running, customer: stripe.Customer, param: str) -> None:
    method = save(pay, customer.id)
    answer = pay.raw("POST", f"/v1/payment_methods/{method}", data={param: "1"})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "parameter_unknown"
    assert answer.json()["error"]["param"] == param


def test_update_only_while_attached(pay: Running, client: stripe.StripeClient) -> None:
    made = pay.browser().v1.payment_methods.create(card_data())
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_methods.update(made.id, {"metadata": {"a": "1"}})


def test_detach_is_final(pay: Running, client: stripe.StripeClient, customer: stripe.Customer) -> None:
    method = save(pay, customer.id)
    client.v1.customers.update(customer.id, {"invoice_settings": {"default_payment_method": method}})
    gone = client.v1.payment_methods.detach(method)
    assert gone.customer is None
    assert client.v1.payment_methods.list({"customer": customer.id}).data == []
    assert client.v1.customers.retrieve(customer.id).invoice_settings.default_payment_method is None
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_methods.attach(method, {"customer": customer.id})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_methods.detach(method)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.setup_intents.create(
            {"customer": customer.id, "payment_method": method, "confirm": True, "return_url": RETURN}
        )


def test_one_owner(pay: Running, client: stripe.StripeClient, customer: stripe.Customer) -> None:
    method = save(pay, customer.id)
    again = client.v1.payment_methods.attach(method, {"customer": customer.id})
    assert again.customer == customer.id
    events = client.v1.events.list({"type": "payment_method.attached"}).data
    assert len(events) == 1
    other = client.v1.customers.create()
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_methods.attach(method, {"customer": other.id})
    for owner in ({"customer": other.id}, {}):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.setup_intents.create({**owner, "payment_method": method})
        assert refused.value.param == "payment_method"


@pytest.mark.parametrize(
    ("name", "decline_code"),
    [
        ("pm_card_visa_chargeDeclined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
    ],
)
def test_declining_cards_cannot_be_attached(
    client: stripe.StripeClient, customer: stripe.Customer, name: str, decline_code: str
) -> None:
    with pytest.raises(stripe.CardError) as refused:
        client.v1.payment_methods.attach(name, {"customer": customer.id})
    assert refused.value.error.decline_code == decline_code
    attached = client.v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer.id})
    assert attached.customer == customer.id


def test_the_list(pay: Running, client: stripe.StripeClient, customer: stripe.Customer) -> None:
    made = [save(pay, customer.id, name) for name in ("visa", "mastercard", "amex")]
    client.v1.payment_methods.update(made[0], {"allow_redisplay": "always"})
    listed = client.v1.payment_methods.list({"customer": customer.id, "type": "card"})
    assert [method.id for method in listed.data] == made[::-1]
    shown = client.v1.payment_methods.list({"customer": customer.id, "allow_redisplay": "always"})
    assert [method.id for method in shown.data] == made[:1]
    mine = client.v1.customers.payment_methods.list(customer.id, {"limit": 2})
    assert [method.id for method in mine.data] == made[:0:-1]
    assert mine.has_more
    assert client.v1.customers.payment_methods.retrieve(customer.id, made[0]).card.last4 == "4242"
    other = client.v1.customers.create()
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.payment_methods.retrieve(other.id, made[0])
    with pytest.raises(stripe.InvalidRequestError) as nobody:
        client.v1.payment_methods.list()
    assert (nobody.value.code, nobody.value.param) == ("parameter_missing", "customer")


def test_at_most_so_many(client: stripe.StripeClient, customer: stripe.Customer) -> None:
    for _ in range(100):
        client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    assert refused.value.code == "customer_max_payment_methods"


def test_copy_to_a_connected_account(pay: Running, client: stripe.StripeClient, customer: stripe.Customer) -> None:
    method = save(pay, customer.id)
    there = pay.client(account=ACME)
    copy = there.v1.payment_methods.create({"customer": customer.id, "payment_method": method})
    original = client.v1.payment_methods.retrieve(method)
    assert copy.id != method
    assert copy.customer is None
    assert copy.card.last4 == original.card.last4
    assert copy.card.fingerprint != original.card.fingerprint
    with pytest.raises(stripe.InvalidRequestError) as elsewhere:
        client.v1.payment_methods.retrieve(copy.id)
    assert elsewhere.value.http_status == 404


def test_cards_are_not_seen_from_another_account(
    pay: Running, client: stripe.StripeClient, customer: stripe.Customer
) -> None:
    method = save(pay, customer.id)
    with pytest.raises(stripe.InvalidRequestError) as unknown:
        pay.client(account=ACME).v1.payment_methods.retrieve(method)
    assert (unknown.value.http_status, unknown.value.code) == (404, "resource_missing")
