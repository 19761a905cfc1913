import pytest
import stripe

from tests.sandbox.pay.service import Running

ACME = "acct_1SandboxAcme"


def test_keys(pay: Running) -> None:
    for key in ("sk_test_wrong", "", "pk_live_x"):
        answer = pay.raw("GET", "/v1/customers", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 401
        assert answer.json()["error"]["type"] == "invalid_request_error"
    with pytest.raises(stripe.AuthenticationError):
        pay.client("sk_test_wrong").v1.customers.list()
    assert pay.client("rk_test_sandbox").v1.customers.list().data == []
    url = f"{pay.url}/v1/customers"
    assert pay.session.get(url, auth=("sk_test_sandbox", ""), timeout=30).status_code == 200
    assert pay.session.get(url, headers={"Authorization": "Basic !"}, timeout=30).status_code == 401


def test_accounts_are_separate(pay: Running, client: stripe.StripeClient, customer: stripe.Customer) -> None:
    there = pay.client(account=ACME)
    assert there.v1.customers.list().data == []
    with pytest.raises(stripe.InvalidRequestError) as unknown:
        there.v1.customers.retrieve(customer.id)
    assert unknown.value.http_status == 404
    with pytest.raises(stripe.PermissionError) as stranger:
        pay.client(account="acct_1Stranger").v1.customers.list()
    assert stranger.value.error.code == "account_invalid"


def test_a_browser_names_key_and_account_in_the_form(pay: Running) -> None:
    there = pay.client(account=ACME).v1.setup_intents.create()
    answer = pay.session.get(
        f"{pay.url}/v1/setup_intents/{there.id}",
        params={
            "key": pay.world.payments.publishable_key,
            "_stripe_account": ACME,
            "client_secret": there.client_secret,
        },
        headers={"Origin": "http://js.pay.localhost"},
        timeout=30,
    )
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_preflight(pay: Running) -> None:
    answer = pay.session.options(f"{pay.url}/v1/setup_intents/seti_1/confirm", timeout=30)
    assert answer.status_code == 204
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]


def test_other_versions_are_refused(pay: Running) -> None:
    answer = pay.raw("GET", "/v1/customers", headers={"Stripe-Version": "2024-04-10"})
    assert answer.status_code == 400
    ours = pay.raw("GET", "/v1/customers", headers={"Stripe-Version": stripe.api_version})
    assert ours.status_code == 200
    assert ours.headers["Stripe-Version"] == stripe.api_version
    assert ours.headers["Request-Id"].startswith("req_")


def test_every_answer_is_json(pay: Running) -> None:
    for path in ("/v1/invoices", "/v2/core/accounts", "/nowhere"):
        answer = pay.raw("GET", path)
        assert answer.status_code == 404
        assert answer.json()["error"]["type"] == "invalid_request_error"
        assert answer.headers["Request-Id"]
    assert pay.raw("DELETE", "/v1/refunds").status_code == 404


@pytest.mark.parametrize(
    ("route", "data", "code", "param"),
    [
        ("POST customers", {"colour": "red"}, "parameter_unknown", "colour"),
        ("POST customers", {"address[planet]": "x"}, "parameter_unknown", "address[planet]"),
        ("POST customers", {"email[0]": "x"}, "parameter_unknown", "email[0]"),
        ("POST customers", {"address": "x"}, None, "address"),
        ("GET customers", {"colour": "red"}, "parameter_unknown", "colour"),
        ("GET customers", {"limit": "many"}, "parameter_invalid_integer", "limit"),
        ("GET customers", {"limit": ""}, "parameter_invalid_empty", "limit"),
        ("GET customers", {"limit": "101"}, None, "limit"),
        ("GET setup_attempts", {}, "parameter_missing", "setup_intent"),
        (
            "POST setup_intents",
            {"payment_method_types[]": "card"},
            "payment_method_types_no_longer_supported",
            "payment_method_types",
        ),
        ("POST setup_intents", {"usage": "sometimes"}, None, "usage"),
        ("POST setup_intents", {"return_url": "http://x/"}, None, "return_url"),
        ("POST setup_intents", {"customer": "cus_no"}, "resource_missing", "customer"),
        (
            "POST setup_intents",
            {"allowed_payment_method_types[]": "ideal"},
            None,
            "allowed_payment_method_types",
        ),
        ("POST customers", {"expand[]": "friends"}, None, "expand"),
        ("GET customers", {"starting_after": "cus_no"}, "resource_missing", "starting_after"),
    ],
)
def test_wrong_parameters(pay: Running, route: str, data: dict[str, str], code: str | None, param: str) -> None:
    method, path = route.split()
    sent = {"params": data} if method == "GET" else {"data": data}
    answer = pay.raw(method, f"/v1/{path}", **sent)
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert (error["type"], error.get("code"), error["param"]) == ("invalid_request_error", code, param)


def test_a_json_body_is_refused(pay: Running) -> None:
    assert pay.raw("POST", "/v1/customers", json={"name": "Sam"}).status_code == 400


@pytest.mark.parametrize("body", ["expand[]=customer", "expand[0]=customer", "expand%5B0%5D=customer"])
def test_all_ways_to_write_a_list(pay: Running, customer: stripe.Customer, body: str) -> None:
    answer = pay.raw(
        "POST",
        "/v1/setup_intents",
        data=f"customer={customer.id}&{body}",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.json()["customer"]["object"] == "customer"


def test_expand(client: stripe.StripeClient, customer: stripe.Customer) -> None:
    intent = client.v1.setup_intents.create(
        {"customer": customer.id, "payment_method": "pm_card_visa", "expand": ["payment_method", "mandate"]}
    )
    assert intent.payment_method.card.brand == "visa"
    assert intent.mandate is None
    client.v1.payment_methods.attach(intent.payment_method.id, {"customer": customer.id})
    deep = client.v1.setup_intents.list({"expand": ["data.payment_method.customer"]})
    assert deep.data[0].payment_method.customer.email == customer.email
    for path in ("data.customer.friends", "customer", "data", "data.payment_method.customer.a.b"):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.setup_intents.list({"expand": [path]})
        assert refused.value.param == "expand"


def test_paging(pay: Running, client: stripe.StripeClient) -> None:
    made = [client.v1.customers.create().id for _ in range(12)][::-1]
    first = client.v1.customers.list()
    assert ([one.id for one in first.data], first.has_more) == (made[:10], True)
    second = client.v1.customers.list({"starting_after": made[9], "limit": 2})
    assert ([one.id for one in second.data], second.has_more) == (made[10:], False)
    back = client.v1.customers.list({"ending_before": made[5], "limit": 3})
    assert ([one.id for one in back.data], back.has_more) == (made[2:5], True)
    assert [one.id for one in client.v1.customers.list({"limit": 5}).auto_paging_iter()] == made
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.list({"starting_after": made[1], "ending_before": made[3]})


def test_by_time(pay: Running, client: stripe.StripeClient) -> None:
    early = client.v1.customers.create()
    pay.control("clock", advance=100)
    late = client.v1.customers.create()
    assert [one.id for one in client.v1.customers.list({"created": {"gt": early.created}}).data] == [late.id]
    assert [one.id for one in client.v1.customers.list({"created": {"lte": early.created}}).data] == [early.id]
    assert [one.id for one in client.v1.customers.list({"created": late.created}).data] == [late.id]


def test_an_unknown_id_is_a_404_and_never_repeats_a_card_number(pay: Running) -> None:
    answer = pay.raw("GET", "/v1/payment_methods/4242424242424242")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "resource_missing"
    assert "4242424242424242" not in answer.text


def test_unknown_hosts_get_nothing(pay: Running) -> None:
    url = f"http://other.pay.localhost:{pay.port}/v1/customers"
    assert pay.session.get(url, timeout=30).status_code == 404
