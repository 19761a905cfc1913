"""A Broker wants somebody to have signed in lately, or in a certain way, before a card is added (RFC 9470)."""

from typing import Any

from imin.identity.callback import CHECKS
from imin.identity.id_token import ID_TOKEN_CHECKS
from tests.conformance.openid.case import Case, story
from tests.conformance.openid.scene import Scene
from tests.identity.browser import query_of
from tests.identity.provider import LEFT_OUT

ADD = "/edit/cards/add"
PASSKEY = "urn:passkey"


def _begin(scene: Scene) -> str:
    """Sign in, then open the page that wants more, and return where we are sent."""
    scene.signed_in()
    scene.mark()
    scene.broker(step_up_max_age=300, step_up_acr_values=PASSKEY)
    return scene.browser.start(ADD)


def _stopped(name: str, says: str, rule: str, status: int = 403, **claims: Any) -> Case:
    """Make a case that `rule` stops; whoever was signed in stays so, and is not sent in a circle."""

    @story(f"step-up-{name}", says, rule, checks=ID_TOKEN_CHECKS)
    def case(scene: Scene) -> None:
        url = _begin(scene)
        scene.provider.claims = claims
        scene.refused(scene.browser.open(scene.browser.visit(url)), ID_TOKEN_CHECKS, rule, status)
        assert scene.browser.open("/edit").status_code == 200
        assert len(scene.provider.visits("/authorize")) == 2

    return case


@story("step-up", "The provider asks once more, says when and how, and leads back to that very page")
def heeded(scene: Scene) -> None:
    url = _begin(scene)
    asked = query_of(url)
    assert (asked["max_age"], asked["acr_values"], "prompt" in asked) == ("300", PASSKEY, False)
    assert scene.browser.open(scene.browser.visit(url))["Location"] == ADD
    assert scene.browser.open(ADD).status_code == 200


@story(
    "step-up-unmet", "The provider says that it cannot (`unmet_authentication_requirements`)", "error", checks=CHECKS
)
def unmet(scene: Scene) -> None:
    url = _begin(scene)
    scene.provider.returned = {"error": "unmet_authentication_requirements", "code": LEFT_OUT}
    scene.refused(scene.browser.open(scene.browser.visit(url)), CHECKS, "error", 403)


@story("step-up-not-before-the-form", "The form of the page is sent without signing in once more: nothing is saved")
def form_without(scene: Scene) -> None:
    scene.signed_in()
    scene.broker(step_up_max_age=300)
    assert scene.browser.client.post(ADD, {}, content_type="application/json").status_code == 401


CASES = (
    heeded,
    unmet,
    form_without,
    _stopped(
        "auth-time-missing", "`auth_time` is missing, though `max_age` was asked for", "auth_time", auth_time=LEFT_OUT
    ),
    _stopped("auth-time-too-old", "`auth_time` is longer ago than `max_age`", "auth_time", auth_time=1_000_000_000),
    _stopped("auth-time-is-text", "`auth_time` is a number written as text", "auth_time", 502, auth_time="9999999999"),
    _stopped(
        "auth-time-in-the-future", "`auth_time` lies in the far future", "auth_time", 502, auth_time=9_999_999_999
    ),
    _stopped("acr-missing", "`acr` is missing, though `acr_values` were asked for", "acr", acr=LEFT_OUT),
    _stopped("acr-weaker", "`acr` is none of those that were asked for", "acr", acr="0"),
    _stopped("acr-is-a-list", "`acr` is a list with the right one", "acr", acr=[PASSKEY]),
)
