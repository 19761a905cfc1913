"""What browsers report of the pages' policy: taken in both formats, scrubbed, bounded, counted by day."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from imin.brokers import csp_reports
from imin.brokers.models import BlockedByPolicy
from imin.ground import clock
from imin.ground.database import as_owner
from tests.brokers import build

PATH = "/csp-reports"
INLINE = {"effective-directive": "script-src-elem", "blocked-uri": "inline"}


@pytest.fixture(autouse=True)
def _acme(database):
    build.broker("acmebroker")


def old(**report: object) -> str:
    return json.dumps({"csp-report": report})


def send(body: str, kind: str = "application/csp-report", **headers: str):
    browser = Client(HTTP_HOST="cards.acmebroker.localhost", enforce_csrf_checks=True)
    return browser.post(PATH, body, content_type=kind, **{"HTTP_SEC_FETCH_SITE": "same-origin", **headers})


def counted() -> dict[tuple[str, str], int]:
    with as_owner():
        return {(row.directive, row.blocked): row.count for row in BlockedByPolicy.objects.all()}


def test_a_report_is_counted_by_day_directive_and_origin():
    for _ in range(3):
        assert send(old(**INLINE)).status_code == 204
    assert counted() == {("script-src-elem", "inline"): 3}


def test_the_reporting_api_is_understood_too():
    reports = [
        {"type": "csp-violation", "body": {"effectiveDirective": "frame-src", "blockedURL": "https://x.example/a?b"}},
        {"type": "csp-violation", "body": {"effectiveDirective": "img-src", "blockedURL": "data"}},
    ]
    assert send(json.dumps(reports), "application/reports+json").status_code == 204
    assert counted() == {("frame-src", "https://x.example"): 1, ("img-src", "data"): 1}


@pytest.mark.parametrize(
    ("blocked", "kept"),
    [
        ("https://evil.example:8443/steal?name=Alex", "https://evil.example:8443"),
        ("https://alex:secret@evil.example/", "https://evil.example"),
        ("data:text/html,secret", "data"),
        ("https://xn--4ca.example", "https://xn--4ca.example"),
        ("https://ex ample.example/", "other"),
        ("https://[broken", "other"),
        ("https://x.example:99999999", "other"),
        ("<script>", "other"),
        ("", "other"),
        (7, "other"),
        (None, "other"),
    ],
)
def test_nothing_but_an_origin_is_kept(blocked, kept):
    assert send(old(**{"violated-directive": "script-src 'self'", "blocked-uri": blocked})).status_code == 204
    assert counted() == {("script-src", kept): 1}


def test_what_is_no_directive_is_other():
    send(old(**{"effective-directive": "x" * 200, "blocked-uri": "inline"}))
    assert counted() == {("other", "inline"): 1}


@pytest.mark.parametrize("body", ["", "x", "[]", "{}", "7", "[[]]", '{"csp-report": 7}', "[" * 5000])
def test_what_is_no_report_is_refused(body):
    assert send(body).status_code == 400
    assert counted() == {}


def test_a_large_report_is_refused():
    assert send(old(**INLINE, sample="x" * 20_000)).status_code == 413


def test_of_a_card_number_nothing_is_kept():
    assert send(old(**INLINE, sample="4242 4242 4242 4242")).status_code == 400
    assert counted() == {}


def test_another_site_cannot_report():
    for headers in ({"HTTP_SEC_FETCH_SITE": "cross-site"}, {"HTTP_ORIGIN": "http://acmebroker.localhost:8001"}):
        assert send(old(**INLINE), **headers).status_code == 403
    assert counted() == {}


def test_different_reports_of_a_day_are_bounded(monkeypatch):
    monkeypatch.setattr(csp_reports, "_MOST_A_DAY", 3)
    for number in range(10):
        send(old(**{"effective-directive": "img-src", "blocked-uri": f"https://{number}.example"}))
    kept = counted()
    assert len(kept) == 4
    assert kept["img-src", "other"] == 7
    send(old(**{"effective-directive": "img-src", "blocked-uri": "https://0.example"}))
    assert counted()["img-src", "https://0.example"] == 2


def test_one_address_cannot_send_for_ever():
    refused = [answer for _ in range(60) if (answer := send(old(**INLINE))).status_code == 429]
    assert len(refused) > 20
    assert all(int(answer["Retry-After"]) > 0 for answer in refused)


def test_counts_of_long_ago_are_dropped():
    send(old(**INLINE))
    with as_owner():
        assert csp_reports.forget_old(now=clock.now()) == 0
        assert csp_reports.forget_old(now=clock.now() + timedelta(days=92)) == 1


def test_a_brokers_page_says_where_to_report(settings):
    browser = Client(HTTP_HOST="cards.acmebroker.localhost")
    assert "report-uri /csp-reports" in browser.get("/oidc/signed-out")["Content-Security-Policy"]
    settings.PUBLIC_SCHEME, settings.PUBLIC_PORT = "https", 443
    page = browser.get("/oidc/signed-out")
    assert page["Content-Security-Policy"].endswith("report-uri /csp-reports; report-to csp")
    assert page["Reporting-Endpoints"] == 'csp="https://cards.acmebroker.localhost/csp-reports"'


def test_the_platforms_own_hosts_report_nowhere():
    page = Client(HTTP_HOST="book.localhost").get("/")
    assert "report" not in page["Content-Security-Policy"]


@pytest.mark.parametrize(
    "host", ["cards.acmebroker.localhost", "book.localhost", "console.localhost", "nobody.example"]
)
@pytest.mark.parametrize("path", ["/edit", "/nowhere", "/oidc/signed-out", "/login/"])
def test_no_policy_anywhere_allows_what_is_unsafe(host, path):
    policy = Client(HTTP_HOST=host).get(path)["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "*" not in policy.replace("*.js.stripe.com", "")
