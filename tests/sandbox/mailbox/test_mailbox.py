"""The demo's mailbox: it lists mails, shows each in three ways, and shuts in what a mail's HTML could do."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from sandbox.mailbox.app import create

PIXEL = b"\x89PNG\r\n\x1a\n"


def put(folder: Path, name: str, subject: str = "Your card expires", html: str = "<head></head><p>Hello</p>") -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = subject, "Acme <notices@platform.example>", "alex@acmebroker.example"
    mail["Message-ID"] = f"<{name}@platform.example>"
    mail.set_content("Hello & goodbye")
    if html:
        mail.add_alternative(html, subtype="html")
        mail.get_payload()[1].add_related(PIXEL, "image", "png", cid="<logo@mail>")
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.eml").write_bytes(mail.as_bytes())


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "mail"


@pytest.fixture
def box(folder) -> FlaskClient:
    return create(folder).test_client()


def test_an_empty_mailbox_says_so_also_before_there_is_a_folder(box):
    assert "There is no mail yet" in box.get("/").text


def test_mails_are_listed_with_what_they_are_about(box, folder):
    put(folder, "a", "<b>One</b>")
    put(folder, "b", "اثنان Two")
    page = box.get("/").text
    assert 'dir="auto">اثنان Two</a>' in page
    assert '<h1 dir="auto">' in box.get("/mails/b").text
    assert "&lt;b&gt;One&lt;/b&gt;" in page
    assert 'href="/mails/b"' in page
    assert "alex@acmebroker.example" in page


def test_a_mail_is_shown_as_html_as_text_and_by_its_headers(box, folder):
    put(folder, "a")
    assert 'src="/mails/a/html" sandbox="allow-popups allow-popups-to-escape-sandbox"' in box.get("/mails/a").text
    assert "Hello &amp; goodbye" in box.get("/mails/a?as=text").text
    assert "&lt;a@platform.example&gt;" in box.get("/mails/a?as=headers").text


def test_the_html_of_a_mail_can_do_nothing_and_shows_the_pictures_that_it_carries(box, folder):
    put(folder, "a", html='<head></head><img src="cid:logo@mail"><script>alert(1)</script>')
    answer = box.get("/mails/a/html")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';")
    assert "script" not in policy
    assert 'src="data:image/png;base64,iVBORw0KGgo="' in answer.text
    assert '<base target="_blank">' in answer.text


def test_a_mail_without_html_is_shown_all_the_same(box, folder):
    put(folder, "a", html="")
    assert "no HTML part" in box.get("/mails/a").text


def test_it_is_emptied_by_its_own_button_alone(box, folder):
    put(folder, "a")
    assert box.post("/empty", headers={"Origin": "http://elsewhere.localhost"}).status_code == 403
    assert list(folder.iterdir())
    assert box.post("/empty", headers={"Origin": "http://localhost"}).status_code == 303
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["nothing", "..%2fa", ".a", "a.eml"])
def test_what_is_no_mail_is_not_there(box, folder, name):
    put(folder, "a")
    (folder.parent / "a.eml").write_text("not a mail of the folder")
    assert box.get(f"/mails/{name}").status_code == 404
