"""The house rules of docs/decisions/house-rules.md, each a test that names the offender."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PYTHON = sorted(
    file for folder in ("imin", "sandbox") for file in (ROOT / folder).rglob("*.py") if "migrations" not in file.parts
)
TEXT = [
    ROOT / name
    for name in subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    if name and not name.endswith((".png", ".lock", ".woff2"))
]


def calls(file: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def offenders(files: list[Path], found: re.Pattern[str], but: dict[str, str]) -> list[str]:
    return [
        f"{name}:{line} calls {call}"
        for file in files
        if (name := str(file.relative_to(ROOT))) not in but
        for line, call in calls(file)
        if found.fullmatch(call)
    ]


def test_files_are_at_most_400_lines():
    long = {str(file.relative_to(ROOT)): n for file in PYTHON if (n := len(file.read_text().splitlines())) > 400}
    assert long == {}


def test_functions_are_at_most_60_lines():
    long = [
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}"
        for file in PYTHON
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 60
    ]
    assert long == []


def test_only_the_clock_reads_the_clock():
    reads = re.compile(r"(datetime\.(now|utcnow|today)|date\.today|timezone\.now|time\.time)")
    assert (
        offenders(
            PYTHON,
            reads,
            dict.fromkeys(
                ("imin/ground/clock.py", *(f"sandbox/{room}/clock.py" for room in ("pay", "acme", "leisure"))), ""
            ),
        )
        == []
    )


def test_only_settings_read_the_environment():
    allowed = {
        "imin/settings.py",
        "imin/cli.py",
        "imin/demo/run.py",
    }  # the latter two hand it on to Django and children
    reads = [
        str(file.relative_to(ROOT))
        for file in PYTHON
        if re.search(r"os\.environ|getenv", file.read_text()) and str(file.relative_to(ROOT)) not in allowed
    ]
    assert reads == []


def test_only_ground_http_opens_connections():
    opening = re.compile(
        r"^\s*(?:import|from)\s+(socket|httpx2?|requests|urllib\.request|http\.client|aiohttp|dns|smtplib)\b",
        re.MULTILINE,
    )
    allowed = {
        "imin/ground/http.py",
        "imin/ground/dns.py",  # names, not addresses
        "imin/ground/tls.py",  # a certificate that HTTP would refuse to show; to addresses that http.py allows
        "imin/ground/mail.py",  # through Django, to the one server of IMIN_SMTP_URL
        "imin/demo/run.py",  # only asks whether a port is free
    }
    opens = [
        str(file.relative_to(ROOT))
        for file in PYTHON
        if file.is_relative_to(ROOT / "imin")
        and opening.search(file.read_text())
        and str(file.relative_to(ROOT)) not in allowed
    ]
    assert opens == []


def test_only_the_servers_edge_catches_everything():
    caught = [
        str(file.relative_to(ROOT))
        for file in PYTHON
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
    ]
    assert caught == ["imin/ground/edge.py"]


def test_nobody_prints():
    assert offenders(PYTHON, re.compile(r"print"), {}) == []


def test_no_room_is_called_a_bag():
    bags = {"utils", "helpers", "common", "manager", "misc", "lib"}
    assert [str(file.relative_to(ROOT)) for file in PYTHON if bags & {*file.parts, file.stem}] == []


def test_the_repository_names_no_path_of_a_machine():
    path = re.compile(r"(?<![\w.-])/(?:root|wor" + r"k|home/[a-z]+)/")
    assert [
        str(file.relative_to(ROOT)) for file in TEXT if file.exists() and path.search(file.read_text(errors="replace"))
    ] == []


def test_imports_only_go_down():
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("lock", "extras"), [("demo", ["sandbox", "checkout"]), ("dev", ["sandbox", "checkout", "dev"])]
)
def test_the_lock_files_pin_everything_that_is_asked_for(lock, extras):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + [name for extra in extras for name in project["optional-dependencies"][extra]]
    names = {re.split(r"[\[~<>=]", one)[0].lower() for one in wanted}
    pinned = set(
        re.findall(r"^([a-z0-9.-]+)(?:\[.*\])?==", (ROOT / f"requirements-{lock}.lock").read_text(), re.MULTILINE)
    )
    assert names - pinned == set()
