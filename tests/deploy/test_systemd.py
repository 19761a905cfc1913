"""The units of deploy/systemd: systemd takes them, they are equally closed, and say nothing that does not exist."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import typer.main

from imin.cli import app
from tests.debian import missing, program
from tests.journeys.stack import ROOT

UNITS = ROOT / "deploy" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
INSTALLED = "/opt/imin/current/.venv/bin/imin"
MOST_EXPOSED = 3.0  # of 10; systemd's own services lie between 1 and 9


def ready(folder: Path) -> list[str]:
    """Copy the units as they would be on a machine that has the program, one instance of each template."""
    there = folder / "imin"
    there.write_text("#!/bin/sh\n")
    there.chmod(0o755)
    names = []
    for unit in UNITS.glob("imin-*"):
        name = unit.name.replace("@.", "@8000.")
        (folder / name).write_text(unit.read_text().replace(INSTALLED, str(there)))
        names.append(str(folder / name))
    return names


@pytest.mark.skipif(bool(missing("systemd-analyze")), reason=missing("systemd-analyze"))
def test_systemd_finds_nothing_wrong(tmp_path):
    done = subprocess.run(
        [str(program("systemd-analyze")), "verify", "--recursive-errors=no", *ready(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "imin" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.skipif(bool(missing("systemd-analyze")), reason=missing("systemd-analyze"))
@pytest.mark.parametrize("service", SERVICES, ids=lambda file: file.stem)
def test_systemd_thinks_it_well_closed(service, tmp_path):
    ready(tmp_path)
    name = service.name.replace("@.", "@8000.")
    done = subprocess.run(
        [
            str(program("systemd-analyze")),
            "security",
            "--offline=true",
            f"--threshold={MOST_EXPOSED * 10:.0f}",
            str(tmp_path / name),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-500:] + done.stderr


def test_all_services_are_given_and_denied_the_same():
    def shared(file: Path) -> str:
        return file.read_text().split("User=imin")[1].split("[Install]")[0].strip()

    assert len(SERVICES) == 4
    assert len({shared(file) for file in SERVICES}) == 1


def test_they_run_commands_and_set_settings_that_exist():
    words = typer.main.get_command(app).commands
    settings = (ROOT / "docs" / "reference" / "settings.md").read_text()
    for file in SERVICES:
        command = re.findall(rf"^ExecStart={INSTALLED} (\w+)(?: (\w+))?$", file.read_text(), re.MULTILINE)
        assert command, file.name
        first, second = command[0]
        assert first in words
        assert not second or second in words[first].commands
        for name in re.findall(r"^Environment=(\w+)=", file.read_text(), re.MULTILINE):
            assert name.removesuffix("_FILE").removeprefix("IMIN_") in settings, name


@pytest.mark.skipif(os.geteuid() != 0 or bool(missing("setpriv")), reason="changes user, which only root can")
def test_a_command_beside_them_has_the_same_settings_and_is_not_root(tmp_path):
    tmp_path.chmod(0o755)
    (tmp_path / "imin.env").write_text('IMIN_TRUSTED_PROXIES="127.0.0.1 10.0.0.1"\n')
    for secret in ("secret-keys", "database-url", "database-web-url", "stripe-key", "stripe-webhook"):
        (tmp_path / secret).write_text(f"value of {secret}\n")
        (tmp_path / secret).chmod(0o600)
    script = (UNITS / "imin").read_text()
    for said, meant in ((INSTALLED, "/usr/bin/env"), ("=/etc/imin", f"={tmp_path}"), ("id=imin", "id=65534")):
        assert said in script
        script = script.replace(said, meant)
    done = subprocess.run(
        ["sh", "-c", script, "imin", "sh", "-c", "id -u; env"], cwd="/", capture_output=True, text=True, check=True
    )
    user, *settings = done.stdout.splitlines()
    assert user == "65534"
    assert "IMIN_TRUSTED_PROXIES=127.0.0.1 10.0.0.1" in settings
    given = {line.split("=")[0] for line in settings if "=value of " in line}
    served = re.findall(r"^Environment=(\w+)_FILE=", (UNITS / "imin-work@.service").read_text(), re.MULTILINE)
    assert given == set(served)
