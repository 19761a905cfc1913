from imin.payments.element import element
from imin.payments.health import ping
from tests.payments.shop import shop_for


def test_a_page_gets_the_brokers_own_account(pay, database):
    platform, own = shop_for(pay), shop_for(pay, "riverside", account="acct_1SandboxRiver")
    assert element(platform.guarded, now=platform.now).account == ""
    found = element(own.guarded, now=own.now)
    assert (found.account, found.publishable_key) == ("acct_1SandboxRiver", "pk_test_sandbox")
    assert found.connect_origins == [pay.url]


def test_the_payment_service_is_up_until_it_is_not(shop):
    assert ping()
    with shop.fault("refuse", status=503):
        assert not ping()
