"""The documentation says what is so: no line of a reference page is missing or too many, links and commands work."""

import importlib
import pkgutil
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
import typer.main
from django.test import Client
from django.urls import URLPattern, URLResolver

import imin
from imin.brokers.domain_steps import DOMAIN_STEPS
from imin.brokers.models import Domain
from imin.brokers.page_steps import PAGE_STEPS
from imin.cli import app
from imin.ground.database import as_owner
from imin.ground.errors import IminError, RetryLaterError, ToldError
from imin.identity.back_channel import LOGOUT_TOKEN_CHECKS, LOGOUT_TOKEN_USE
from imin.identity.callback import CHECKS
from imin.identity.client_steps import CLIENT_STEPS
from imin.identity.discovery import DISCOVERY_CHECKS
from imin.identity.id_token import ID_TOKEN_CHECKS
from imin.identity.pushed import PUSH_CHECKS
from imin.identity.sign_in_steps import DISCOVERY_STEPS
from imin.identity.start import START_CHECKS
from imin.identity.third_party import LOGIN_CHECKS
from imin.site import URLS_OF_BROKER_PRODUCT, URLS_OF_PLATFORM_PRODUCT
from tests.brokers import build

ROOT = Path(__file__).parent.parent.parent
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
PAGES = [ROOT / name for name in TRACKED if name.endswith(".md") and (ROOT / name).exists()]
REFERENCE = ROOT / "docs" / "reference"
HOSTS = {"cards": "cards.acmebroker.localhost", "book": "book.localhost"}


def tables(page: str) -> dict[str, list[list[str]]]:
    """Return the rows of each table of a reference page, by the heading above it; marks of code are taken off."""
    found: dict[str, list[list[str]]] = {}
    heading = ""
    for line in (REFERENCE / page).read_text().splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif line.startswith("| ") and not line.startswith("| ---"):
            found.setdefault(heading, []).append([cell.strip() for cell in line.strip("|").split("|")])
    return {heading: rows[1:] for heading, rows in found.items()}


def rows(page: str) -> list[list[str]]:
    return [row for table in tables(page).values() for row in table]


def bare(cell: str) -> str:
    return cell.replace("`", "")


# ── settings ────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_setting_is_documented_and_no_other():
    source = (ROOT / "imin" / "settings.py").read_text()
    read = {f"IMIN_{name}" for name in re.findall(r'_(?:read|flag|port)\(\s*"(\w+)"', source)}
    plain = set(re.findall(r'environ\.get\("(DATABASE_\w+|IMIN_\w+)"\)', source))
    settings = (read - {f"IMIN_{name}" for name in plain}) | plain
    assert {bare(row[0]) for row in rows("settings.md")} == settings


def test_documented_defaults_are_those_of_the_code():
    source = (ROOT / "imin" / "settings.py").read_text()
    defaults = dict(re.findall(r'_read\(\s*"(\w+)",\s*"([^"]+)"\s*\)', source))
    defaults |= dict(re.findall(r'_port\(\s*"(\w+)",\s*(\d+),', source))
    documented = {bare(row[0]).removeprefix("IMIN_"): row[1] for row in rows("settings.md")}
    assert len(defaults) > 8
    assert {name: documented[name] for name in defaults} == {name: f"`{value}`" for name, value in defaults.items()}


# ── routes ──────────────────────────────────────────────────────────────────────────────────────────────────


def addresses(product: str) -> set[str]:
    urls = {**URLS_OF_BROKER_PRODUCT, **URLS_OF_PLATFORM_PRODUCT}[product]
    return set(_walk("/", importlib.import_module(urls).urlpatterns))


def _walk(before: str, patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        here = before + re.sub(r"<\w+:(\w+)>", r"<\1>", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from _walk(here, pattern.url_patterns)
        else:
            yield here


def documented_routes(product: str) -> list[tuple[str, set[str], str]]:
    table = next(table for heading, table in tables("routes.md").items() if heading.startswith(f"`{product}.`"))
    return [(bare(row[0]), set(row[1].split(", ")), row[2]) for row in table]


@pytest.mark.parametrize("product", HOSTS)
def test_every_route_is_documented_and_no_other(product):
    assert {address for address, _, _ in documented_routes(product)} == addresses(product)


def test_every_product_has_its_host_in_the_routes():
    described = {match.group(1) for heading in tables("routes.md") if (match := re.match(r"`(\w+)\.`", heading))}
    assert described == {*URLS_OF_BROKER_PRODUCT, *URLS_OF_PLATFORM_PRODUCT}


def ask(product: str, address: str, method: str) -> int:
    path = re.sub(r"<\w+>", str(UUID(int=7)), address)
    return Client(HTTP_HOST=HOSTS[product]).generic(method, path).status_code


@pytest.mark.parametrize("product", HOSTS)
def test_routes_take_the_documented_methods_and_no_others(database, product):
    build.broker()
    wrong = [
        f"{method} {address}: {status}"
        for address, methods, _ in documented_routes(product)
        for method in {"GET", "POST", "PUT", "DELETE", *methods} - {"any"}
        if ((status := ask(product, address, method)) == 405) == (method in methods or methods == {"any"})
    ]
    assert wrong == []


def test_exactly_a_customers_routes_ask_who_is_there(database):
    broker = build.broker()
    with as_owner():
        broker.openidsettings.delete()  # so that a sign-in stops at its first step: 503
    wrong = [
        f"{method} {address} is for {who}: {status}"
        for address, methods, who in documented_routes("cards")
        for method in methods & {"GET", "POST"}
        if (status := ask("cards", address, method))
        and ((method, status) in {("GET", 503), ("POST", 401)}) != (who == "Customer")
        and address not in {"/oidc/start", "/oidc/login"}  # begin a sign-in themselves
    ]
    assert wrong == []


def test_health_answers_on_any_host(database, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"  # refused without being asked
    answer = Client(HTTP_HOST="nobody.example").get("/healthz")
    assert answer.json() == {"database": "up", "queue": "down", "payments": "down"}


# ── errors ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_error_is_documented_and_no_other():
    for module in pkgutil.walk_packages(imin.__path__, "imin."):
        if "migrations" not in module.name:
            importlib.import_module(module.name)
    documented = [row for row in rows("errors.md") if len(row) == 5]
    assert sorted([bare(row[0]), bare(row[1]), row[2], row[3]] for row in documented) == sorted(
        [one.__name__, one.type, str(one.status), _kind(one)] for one in _family(IminError)
    )


def _family(root: type[IminError]) -> set[type[IminError]]:
    return {root}.union(*(_family(child) for child in root.__subclasses__()))


def _kind(error: type[IminError]) -> str:
    assert not (issubclass(error, ToldError) and issubclass(error, RetryLaterError)), error
    return "tell" if issubclass(error, ToldError) else "retry" if issubclass(error, RetryLaterError) else "–"


def test_every_refusal_at_the_door_is_documented_and_no_other():
    source = "".join(file.read_text() for file in sorted((ROOT / "imin").rglob("*.py")))
    refusals = {
        (reason, status or "400")
        for reason, status in re.findall(r'RefusedRequestError\("(\w+)"(?:, (\d+))?\)', source)
    } | {(reason, status) for status, reason in re.findall(r'status=(\d+), reason="(\w+)"', source)}
    assert {(bare(row[0]), row[1]) for row in tables("errors.md")["Refused at the door"]} == refusals


# ── checks ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("heading", "checks"),
    [
        ("Discovery", DISCOVERY_CHECKS),
        ("The beginning", START_CHECKS),
        ("The pushed request", PUSH_CHECKS),
        ("A link that asks for a sign-in", LOGIN_CHECKS),
        ("The answer of the provider", CHECKS),
        ("The ID Token", ID_TOKEN_CHECKS),
        ("The logout token", (*LOGOUT_TOKEN_CHECKS, *LOGOUT_TOKEN_USE)),
    ],
)
def test_checks_are_documented_in_their_order(heading, checks):
    documented = [(bare(row[0]), row[1]) for row in tables("checks.md")[heading]]
    assert documented == [(check.name, check.paragraph) for check in checks]


@pytest.mark.parametrize(
    ("heading", "steps"),
    [
        ("Domain", DOMAIN_STEPS),
        ("Signing in: what the provider publishes", DISCOVERY_STEPS),
        ("Signing in: what our client is answered", CLIENT_STEPS),
        ("Pages", PAGE_STEPS),
    ],
)
def test_steps_are_documented_in_their_order(heading, steps):
    assert [bare(row[0]) for row in tables("broker-check.md")[heading]] == [step.name for step in steps]


@pytest.mark.parametrize("guide", ["auth0", "entra", "keycloak", "self-hosted"])
def test_a_guide_quotes_steps_that_exist(guide):
    quoted = {row[0] for row in tables(f"../guides/{guide}.md")["What the check will say"]}
    assert quoted
    assert quoted <= {step.title for step in (*DOMAIN_STEPS, *DISCOVERY_STEPS, *CLIENT_STEPS, *PAGE_STEPS)}


def test_the_states_of_a_domain_are_documented():
    documented = [(bare(row[0]), row[1]) for row in tables("broker-check.md")["The states of a domain"]]
    assert documented == [(state, "yes" if state in Domain.SERVED else "no") for state in Domain.State.values]


# ── prose ───────────────────────────────────────────────────────────────────────────────────────────────────


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_resolve(page):
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def commands(page: Path) -> str:
    """Return what a page shows as code."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", page.read_text(), re.DOTALL))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_exist(page):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    group = typer.main.get_command(app)
    words = group.commands
    unknown = [target for target in re.findall(r"\bmake ([a-z][a-z-]*)", commands(page)) if target not in targets]
    for first, second in re.findall(r"(?:^|`|\.venv/bin/)imin ([a-z]+)(?: ([a-z]+))?", commands(page), re.MULTILINE):
        nested = getattr(words.get(first), "commands", None)
        if first not in words or (nested is not None and second and second not in nested):
            unknown.append(f"imin {first} {second}")
    assert unknown == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_a_page_names_exist(page):
    named = re.findall(r"`((?:imin|sandbox|tests|docs|bench)/[\w./-]+)`", page.read_text())
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_house_rule_with_a_test_is_on_its_page():
    page = (ROOT / "docs" / "decisions" / "house-rules.md").read_text()
    named = set(re.findall(r"`(test_\w+)`", page))
    held = {
        name
        for file in Path(__file__).parent.glob("test_*.py")
        if file != Path(__file__)
        for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE)
    }
    assert named == held


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda page: page.stem)
def test_a_decision_is_one_page_that_can_be_found(page):
    text = page.read_text()
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert [name for name in headings if name != "Exceptions"] == [
        "Context",
        "Decision",
        "What it costs",
        "When to look again",
    ]
    assert len(text.splitlines()) <= 60
    assert f"(decisions/{page.name})" in (ROOT / "docs" / "README.md").read_text()


def test_sections_that_comments_name_exist():
    numbers = set(re.findall(r"^## (\d)\.", (REFERENCE / "card-details.md").read_text(), re.MULTILINE))
    named = {
        number
        for file in TRACKED
        if file.endswith(".py") and (ROOT / file).exists() and file != "tests/house/test_docs.py"
        for sections in re.findall(r"Card Details, sections? ([\d, and]+)", (ROOT / file).read_text())
        for number in re.findall(r"\d", sections)
    }
    assert named
    assert named <= numbers
