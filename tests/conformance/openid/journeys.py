"""Whole sign-ins that go another way than expected."""

from tests.conformance.openid.case import story
from tests.conformance.openid.scene import Scene, live_sessions
from tests.identity.browser import Browser
from tests.identity.provider import KIM

ARRIVING = {"HTTP_SEC_FETCH_SITE": "same-site"}


@story("account-switched-at-the-broker", "Somebody else signed in at the Broker since: the old session ends")
def switched(scene: Scene) -> None:
    assert "S. Vale" in scene.signed_in()
    scene.mark()
    scene.provider.person = dict(KIM)
    scene.later(60)
    again = scene.browser.open("/edit", **ARRIVING)
    assert again.status_code == 302
    page = scene.signed_in(scene.browser.open(scene.browser.visit(again["Location"])))
    assert "K. Reed" in page
    assert "Vale" not in page
    assert live_sessions() & scene.live_before == set()


@story("signed-out-at-the-broker", "The person signed out at the Broker since: the old session ends")
def signed_out(scene: Scene) -> None:
    scene.signed_in()
    scene.provider.person = None
    scene.later(60)
    again = scene.browser.open("/edit", **ARRIVING)
    page = scene.browser.open(scene.browser.visit(again["Location"]))
    assert page.status_code == 200
    assert "Vale" not in page.content.decode()
    assert live_sessions() == set()


@story("session-fixation", "A session cookie that somebody planted beforehand is not the one after signing in")
def fixation(scene: Scene) -> None:
    scene.browser.client.cookies["__Host-session"] = "planted-by-an-attacker"
    scene.signed_in()
    assert scene.browser.session != "planted-by-an-attacker"
    attacker = Browser()
    attacker.client.cookies["__Host-session"] = "planted-by-an-attacker"
    assert attacker.open("/edit").status_code == 302


@story("cookies-of-a-sign-in", "Every cookie is `__Host-`, Secure, HttpOnly, SameSite=Lax, of no domain")
def cookies(scene: Scene) -> None:
    scene.signed_in()
    for name, cookie in scene.browser.client.cookies.items():
        assert name.startswith("__Host-")
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax"), name
        assert (cookie["path"], cookie["domain"]) == ("/", "")


@story("opened-in-a-frame", "A frame, a script or a prefetch opens the cards: no sign-in begins")
def framed(scene: Scene) -> None:
    for headers in (
        {"HTTP_SEC_FETCH_DEST": "iframe"},
        {"HTTP_SEC_FETCH_MODE": "cors", "HTTP_SEC_FETCH_DEST": "empty"},
        {"HTTP_SEC_PURPOSE": "prefetch"},
    ):
        assert scene.browser.open("/edit", **headers).status_code == 403
    assert scene.provider.asked == []


@story("return-path-elsewhere", "The page to come back to lies on another host: the cards are shown instead")
def open_redirect(scene: Scene) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example"):
        location = scene.browser.client.get("/oidc/start", {"return": elsewhere}, HTTP_SEC_FETCH_MODE="navigate")
        assert scene.browser.open(scene.browser.visit(location["Location"]))["Location"] == "/edit"


STORIES = (switched, signed_out, fixation, cookies, framed, open_redirect)
