"""What each step of a domain's examination finds, against a real DNS and real TLS on loopback."""

import pytest

from imin.brokers.domain_steps import DOMAIN_STEPS, Visit
from imin.brokers.findings import examine
from imin.brokers.models import Domain
from imin.ground import clock
from tests.brokers.conftest import HOST, OURS

THEIRS = "198.51.100.7"


def look(domain):
    return {result.name: result.finding for result in examine(DOMAIN_STEPS, Visit(domain, clock.now()))}


@pytest.fixture
def served(domain):
    domain.state = "verified"
    domain.save()
    return domain


def test_all_is_well(served, serve):
    serve()
    findings = look(served)
    assert {name: finding.status for name, finding in findings.items()} == dict.fromkeys(
        ("target", "cname", "proof", "authorities", "certificate", "reach"), "ok"
    )
    assert OURS in findings["target"].found
    assert "Test Authority" in findings["certificate"].found
    assert HOST in findings["certificate"].found


def test_no_record_at_all(domain, dns):
    dns.records.pop((HOST, "CNAME"))
    finding = look(domain)["cname"]
    assert finding.status == "wrong"
    assert f"{HOST} does not exist in the DNS." in finding.found
    assert finding.paste == (("CNAME record: name", HOST), ("CNAME record: value", domain.target))


def test_a_cname_to_somebody_else(domain, dns):
    dns.set(HOST, "CNAME", "shops.example.net")
    finding = look(domain)["cname"]
    assert (finding.status, finding.found) == ("wrong", f"{HOST} leads to shops.example.net: elsewhere.")


def test_a_cname_to_the_target_of_another_domain(domain, dns):
    dns.set(HOST, "CNAME", "0123456789abcdef.targets.localhost")
    assert "a target of another domain" in look(domain)["cname"].found


def test_a_cname_by_way_of_another_name(domain, dns):
    dns.set(HOST, "CNAME", "alias.acme.example")
    dns.set("alias.acme.example", "CNAME", domain.target)
    assert look(domain)["cname"].status == "ok"


def test_a_cname_that_leads_in_a_circle(domain, dns):
    dns.set(HOST, "CNAME", HOST)
    assert look(domain)["cname"].status == "wrong"


def test_address_records_that_are_ours(domain, dns):
    dns.records.pop((HOST, "CNAME"))
    dns.set(HOST, "A", OURS)
    finding = look(domain)["cname"]
    assert finding.status == "warning"
    assert "has our addresses as records of its own" in finding.found


def test_a_proxy_in_front(domain, dns):
    dns.records.pop((HOST, "CNAME"))
    dns.set(HOST, "A", THEIRS)
    dns.set(HOST, "AAAA", "2001:db8::7")
    finding = look(domain)["cname"]
    assert finding.status == "warning"
    assert f"{HOST} is at {THEIRS}, 2001:db8::7, which are not ours" in finding.found
    assert "DNS only" in finding.change


def test_the_platforms_own_record_is_missing(domain, dns):
    dns.records.pop((domain.target, "A"))
    finding = look(domain)["target"]
    assert finding.status == "wrong"
    assert finding.paste[0][1] == "*.targets.localhost"


@pytest.mark.parametrize("state", ["pending", "active"])
def test_the_proof_is_missing(domain, dns, state):
    domain.state = state
    dns.records.pop((domain.challenge, "TXT"))
    finding = look(domain)["proof"]
    assert finding.status == ("wrong" if state == "pending" else "warning")
    assert "no TXT record" in finding.found
    assert (("TXT record: value", domain.proof)) in finding.paste


def test_the_proof_is_another_one(domain, dns):
    dns.set(domain.challenge, "TXT", "of last year")
    finding = look(domain)["proof"]
    assert finding.status == "wrong"
    assert "of last year" in finding.found


def test_the_proof_stands_beside_other_texts(domain, dns):
    dns.set(domain.challenge, "TXT", "of last year", f" {domain.proof} ")
    assert look(domain)["proof"].status == "ok"


@pytest.mark.parametrize(
    ("name", "records", "status"),
    [
        (HOST, ['0 issue "letsencrypt.org"'], "ok"),
        ("acme.example", ['0 issue "digicert.com"', '0 issue "letsencrypt.org; validationmethods=http-01"'], "ok"),
        ("acme.example", ['0 iodef "mailto:security@acme.example"'], "ok"),
        ("acme.example", ['0 issue "digicert.com"'], "wrong"),
        ("acme.example", ['0 ISSUE "digicert.com"'], "wrong"),
        ("example", ['0 issue ";"'], "wrong"),
    ],
)
def test_which_authorities_may_issue(domain, dns, name, records, status):
    dns.records.pop((HOST, "CNAME"))
    dns.set(HOST, "A", OURS)
    dns.set(name, "CAA", *records)
    finding = look(domain)["authorities"]
    assert finding.status == status
    if status == "wrong":
        assert finding.paste == (("CAA record: name", name), ("CAA record: value", '0 issue "letsencrypt.org"'))


def test_nobody_may_issue(domain, dns, settings):
    dns.set("acme.example", "CAA", '0 issue ";"')
    assert "allow only nobody" in look(domain)["authorities"].found
    settings.CERTIFICATE_AUTHORITIES = []
    assert look(domain)["authorities"].status == "not checked"


def test_the_nearest_caa_records_count(domain, dns):
    dns.records.pop((HOST, "CNAME"))
    dns.set(HOST, "CAA", '0 issue "letsencrypt.org"')
    dns.set("acme.example", "CAA", '0 issue "digicert.com"')
    assert look(domain)["authorities"].status == "ok"


def test_a_silent_dns_is_no_finding(domain, dns, monkeypatch):
    monkeypatch.setattr("imin.ground.dns.LIFETIME_SECONDS", 0.2)
    dns.silent = True
    findings = look(domain)
    for name in ("target", "cname", "proof", "authorities"):
        assert findings[name].status == "not checked"
        assert "The DNS does not answer" in findings[name].found


def test_a_pending_domain_is_not_served(domain, serve):
    serve()
    findings = look(domain)
    for name in ("certificate", "reach"):
        assert findings[name].status == "not checked"
        assert "once the Broker has proved" in findings[name].found


def test_an_inactive_broker_is_not_served(served):
    served.broker.active = False
    assert "not active" in look(served)["reach"].found


def test_a_certificate_for_another_name(served, serve):
    serve("www.acme.example")
    finding = look(served)["certificate"]
    assert finding.status == "wrong"
    assert "www.acme.example" in finding.found
    assert "Hostname mismatch" in finding.found


def test_a_certificate_of_an_unknown_authority(served, serve):
    serve(trusted=False)
    finding = look(served)["certificate"]
    assert finding.status == "wrong"
    assert "browsers refuse it: unable to get local issuer certificate" in finding.found


def test_a_certificate_that_has_run_out(served, serve):
    serve(days_left=-1)
    finding = look(served)["certificate"]
    assert finding.status == "wrong"
    assert "expired" in finding.found


@pytest.mark.parametrize(("days", "status"), [(16, "ok"), (14, "warning")])
def test_a_certificate_that_should_have_been_renewed(served, serve, days, status):
    serve(days_left=days)
    assert look(served)["certificate"].status == status


def test_nobody_answers(served, serve):
    serve().stop()
    findings = look(served)
    assert findings["certificate"].status == findings["reach"].status == "wrong"
    assert "No certificate was shown" in findings["certificate"].found


def test_another_server_answers(served, serve):
    serve(other=True)
    finding = look(served)["reach"]
    assert finding.status == "wrong"
    assert "answers 200, and not as this platform would" in finding.found


def test_another_broker_answers_for_itself_only(served, serve):
    Domain.objects.update(host="cards.other.example")  # the platform is reached, but does not serve HOST
    serve()
    assert look(served)["reach"].status == "wrong"


def test_a_challenge_that_is_none(owner, client):
    from tests.brokers import build

    build.broker()
    for query in ("", "?challenge=", "?challenge=short", "?challenge=" + "A" * 32, "?challenge=" + "é" * 32):
        assert (
            client.get(f"/.well-known/imin{query}", headers={"host": "cards.acmebroker.localhost"}).status_code == 400
        )
    assert client.get("/.well-known/imin?challenge=" + "a" * 32, headers={"host": "nobody.example"}).status_code == 404


def test_answers_differ_by_host_and_challenge(owner, client):
    from tests.brokers import build

    build.broker()
    build.broker("harbour")
    answers = {
        client.get(f"/.well-known/imin?challenge={letter * 32}", headers={"host": host}).content
        for letter in "ab"
        for host in ("cards.acmebroker.localhost", "cards.harbour.localhost")
    }
    assert len(answers) == 4


def test_names_of_a_development_machine_need_no_dns(served, dns):
    served.host = "cards.acme.localhost"
    findings = look(served)
    assert findings["cname"].status == "not checked"
    assert dns.asked == []
