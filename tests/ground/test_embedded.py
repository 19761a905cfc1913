import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from imin.ground import embedded


def test_data_of_another_major_version_is_refused(database, monkeypatch, tmp_path):
    folder = settings.EMBEDDED_FOLDER / "other-version"
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "data" / "PG_VERSION").write_text("13\n")
    monkeypatch.setattr(settings, "EMBEDDED_FOLDER", folder)
    with pytest.raises(embedded.EmbeddedDatabaseError, match=r"written by PostgreSQL 13.*brings PostgreSQL 18"):
        embedded.start()


def test_a_running_server_is_found_and_left_running(database):
    assert embedded.start() is False


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs a Unix")
def test_a_server_is_started_once_and_stopped_by_who_started_it(tmp_path):
    code = (
        "import os, django; django.setup()\n"
        "from imin.ground import embedded\n"
        "with embedded.running():\n"
        "    print(embedded._answers(), embedded.start())\n"
        "print(embedded._answers())\n"
    )
    environment = {**os.environ, "IMIN_DATA": str(tmp_path / "fresh"), "IMIN_DATABASE_NAME": "imin"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["True", "False", "False"], done.stderr


def test_who_is_told_where_it_is_neither_starts_nor_stops_it(tmp_path):
    code = (
        "import json, os, sys, django; django.setup()\n"
        "from django.conf import settings\n"
        "from imin.ground import embedded\n"
        "with embedded.running():\n"
        "    print(embedded._answers(), settings.DATABASES['owner']['NAME'], settings.WEB_ROLE)\n"
        "print(json.dumps(embedded.settings_to_find_it()))\n"
    )
    environment = {**os.environ, "IMIN_DATA": str(tmp_path / "fresh"), "IMIN_DATABASE_NAME": "imin"}

    def run(**more: str) -> list[str]:
        there = {**environment, **more}
        done = subprocess.run([sys.executable, "-c", code], env=there, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    as_demo = run()
    assert as_demo[0] == "True imin imin_web"
    told = json.loads(as_demo[1])
    assert set(told) == {"DATABASE_URL", "DATABASE_WEB_URL"}
    assert run(**told) == ["False imin imin_web", "{}"]  # the server is stopped by now, and nobody starts it


def test_a_given_database_is_used_as_it_is(monkeypatch):
    monkeypatch.setattr(settings, "DATABASE_URL", "postgresql://elsewhere.example/imin")
    monkeypatch.setattr(embedded, "start", lambda: pytest.fail("started a server of its own"))
    with embedded.running():
        pass
