"""Whole sign-ins that go another way than expected."""

from django.test import Client

from imin.identity.start import START_CHECKS
from tests.conformance.openid.case import Case, story
from tests.conformance.openid.scene import Scene, live_sessions
from tests.identity.browser import Browser
from tests.identity.provider import KIM
from tests.security import dump

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


def _opened(name: str, says: str, **headers: str) -> Case:
    @story(name, f"{says} opens the cards: no sign-in begins", "navigation", checks=START_CHECKS)
    def case(scene: Scene) -> None:
        scene.refused(scene.browser.open("/edit", **headers), START_CHECKS, "navigation", 403)
        assert scene.provider.asked == []

    return case


BY_NOBODY = (
    _opened("opened-in-a-frame", "A frame", HTTP_SEC_FETCH_DEST="iframe"),
    _opened("opened-by-a-script", "A script", HTTP_SEC_FETCH_MODE="cors", HTTP_SEC_FETCH_DEST="empty"),
    _opened("opened-as-an-image", "An image", HTTP_SEC_FETCH_MODE="no-cors", HTTP_SEC_FETCH_DEST="image"),
    _opened("opened-by-a-prefetch", "A prefetch", HTTP_SEC_PURPOSE="prefetch"),
)


@story("return-path-elsewhere", "The page to come back to lies on another host: the cards are shown instead")
def open_redirect(scene: Scene) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example"):
        location = scene.browser.client.get("/oidc/start", {"return": elsewhere}, HTTP_SEC_FETCH_MODE="navigate")
        assert scene.browser.open(scene.browser.visit(location["Location"]))["Location"] == "/edit"


@story("nothing-kept-in-clear", "No code, token or client secret is in the database after signing in, in clear")
def kept(scene: Scene) -> None:
    tokens: list[str] = []
    genuine = scene.provider._id_token
    scene.provider._id_token = lambda asked: tokens.append(genuine(asked)) or tokens[0]  # type: ignore[method-assign]
    scene.signed_in()
    secrets = [*tokens, *scene.provider.codes, scene.provider.client_secret, scene.browser.session]
    secrets += [scene.browser.client.cookies["__Host-signin"].value, scene.provider.visits("/token")[0]["code"]]
    held = dump.everything()
    assert "sam@example.org" in held
    assert [secret for secret in secrets if secret in held] == []


@story("sign-in-cookie-twice", "The sign-in cookie comes twice, as one that a sister host planted would")
def cookie_twice(scene: Scene) -> None:
    back = scene.back()
    mine = scene.browser.client.cookies["__Host-signin"].value
    twice = Client(HTTP_HOST=scene.browser.host, HTTP_COOKIE=f"__Host-signin={mine}; __Host-signin=planted")
    assert twice.get(back).status_code == 400
    assert live_sessions() == set()
    assert scene.provider.visits("/token") == []


@story("error-as-markup", "The provider's error and its description are markup: neither is on the page")
def markup(scene: Scene) -> None:
    evil = "<script src=https://evil.example></script>"
    scene.provider.returned = {"error": evil, "error_description": evil, "error_uri": "https://evil.example"}
    page = scene.come_back()
    assert page.status_code == 502
    assert "evil.example" not in page.content.decode()
    assert live_sessions() == set()


@story("callback-with-another-method", "The response comes by HEAD, PUT or DELETE: the sign-in is not used up")
def other_methods(scene: Scene) -> None:
    back = scene.back()
    for method in ("HEAD", "PUT", "DELETE"):
        assert scene.browser.client.generic(method, back).status_code in {403, 405}
    scene.signed_in(scene.browser.open(back))


STORIES = (
    switched,
    signed_out,
    fixation,
    cookies,
    *BY_NOBODY,
    open_redirect,
    kept,
    cookie_twice,
    markup,
    other_methods,
)
