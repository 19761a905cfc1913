"""The check of a Broker, at the certified provider: set up well, and wrongly."""

import pytest

from imin.console.doctor import examine_broker
from imin.ground import clock, http
from imin.ground.database import as_owner
from tests.identity.conftest import broker_of, set_up

pytestmark = pytest.mark.node


@pytest.fixture
def look(provider, platform, settings):
    settings.PUBLIC_PORT = platform.port

    def take():
        with as_owner():
            report = examine_broker(broker_of(), now=clock.now())
        return {result.name: result.finding for section in report.sections.values() for result in section}

    yield take
    http.forget()  # connections that would outlive the provider


def not_ok(findings):
    names = {name: finding.status for name, finding in findings.items() if finding.status not in {"ok", "not checked"}}
    names.pop("dashboard")  # there is none here
    return names


def test_a_provider_that_is_set_up_well(look):
    findings = look()
    assert not_ok(findings) == {}
    assert findings["reach"].status == findings["credentials"].status == findings["silent"].status == "ok"
    assert "login_required" in findings["silent"].found


@pytest.mark.parametrize("par", ["offered", "required"])
def test_a_provider_that_takes_pushed_requests(look, provider, par):
    provider.change(par=par)
    findings = look()
    assert not_ok(findings) == {}
    assert "Offered" in findings["pushed_requests"].found


@pytest.mark.parametrize("par", ["off", "required"])
def test_another_redirect_uri_than_ours(look, provider, change_client, par):
    provider.change(par=par)
    change_client(redirect_uris=["http://cards.acmebroker.localhost/oidc/callback"])
    findings = look()
    assert not_ok(findings) == {"redirect_uri": "wrong"}
    assert findings["redirect_uri"].paste[0][1].endswith("/oidc/callback")


def test_a_wrong_secret(look, change_client):
    change_client(client_secret="another")
    findings = look()
    assert not_ok(findings) == {"credentials": "wrong"}
    assert "invalid_client" in findings["credentials"].found


def test_a_client_that_is_not_known(look):
    set_up("acmebroker", client_id="nobody")
    assert not_ok(look()) == {"credentials": "wrong", "redirect_uri": "wrong"}


def test_an_issuer_with_a_slash_too_many(look, provider):
    set_up("acmebroker", issuer=provider.issuer + "/")
    findings = look()
    assert findings["issuer"].status == "wrong"
    assert "last slash" in findings["issuer"].expected


def test_an_algorithm_that_the_provider_does_not_sign_with(look):
    set_up("acmebroker", algorithm="ES256")
    assert {"algorithm", "keys"} <= set(not_ok(look()))


def test_a_flow_that_our_client_may_not_use(look, change_client):
    change_client(grant_types=["implicit"], response_types=["id_token"])
    assert "wrong" in {not_ok(look()).get(name) for name in ("silent", "redirect_uri", "credentials")}
