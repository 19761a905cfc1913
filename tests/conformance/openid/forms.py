"""The provider answers by a form (OAuth 2.0 Form Post Response Mode): the same cases, and what only a form can do."""

from dataclasses import replace

from imin.identity.callback import CHECKS
from tests.conformance.openid import answers, endpoints, id_tokens, signatures
from tests.conformance.openid.case import Case, story
from tests.conformance.openid.scene import Scene
from tests.identity.browser import Browser, query_of

CALLBACK = "/oidc/callback"


def _by_form(case: Case) -> Case:
    def play(scene: Scene) -> None:
        scene.answer_by_form()
        case.play(scene)

    return replace(case, name=f"form-post-{case.name}", play=play)


SAME = tuple(
    _by_form(case)
    for case in (*answers.RESPONSE, *id_tokens.CLAIMS, *signatures.SIGNATURES, *signatures.PUBLISHED, *endpoints.PERSON)
    if (case in answers.RESPONSE or case.name.startswith("oidcc-client-test"))
    and case.name != "state-with-nul"  # refused at the door, as in every form
)


@story("form-post-cookie", "Only a cookie with the sign-in's key goes along from elsewhere; no session's, none else's")
def cookie(scene: Scene) -> None:
    scene.answer_by_form()
    scene.signed_in()
    from_elsewhere = {
        name: morsel for name, morsel in scene.browser.client.cookies.items() if morsel["samesite"] == "None"
    }
    assert from_elsewhere.keys() == {"__Host-signin-form"}
    morsel = from_elsewhere["__Host-signin-form"]
    assert (morsel["secure"], morsel["httponly"], morsel["path"], morsel["domain"]) == (True, True, "/", "")
    assert "__Host-signin" not in scene.browser.client.cookies


@story(
    "form-post-in-another-browser", "The form is submitted in another browser (sign-in CSRF)", "state", checks=CHECKS
)
def another_browser(scene: Scene) -> None:
    scene.answer_by_form()
    scene.refused(Browser().submit(scene.browser.start()), CHECKS, "state", 400)


@story("form-post-answered-by-redirect", "A form was asked for, but a redirect comes", "state", checks=CHECKS)
def by_redirect(scene: Scene) -> None:
    scene.answer_by_form()
    scene.provider.response_modes = set()
    scene.refused(scene.browser.open(scene.back()), CHECKS, "state", 400)


@story("redirect-answered-by-form-post", "A redirect was asked for, but a form comes", "state", checks=CHECKS)
def by_form(scene: Scene) -> None:
    back = scene.back()
    scene.refused(scene.browser.post_form(CALLBACK, query_of(back)), CHECKS, "state", 400)
    assert scene.browser.open(back).status_code == 302  # and has not spoiled it


@story("form-post-fields-twice", "The form holds `code` twice", "once", checks=CHECKS)
def twice(scene: Scene) -> None:
    scene.answer_by_form()
    fields = _form(scene)
    scene.refused(
        scene.browser.post_form(CALLBACK, {**fields, "code": ["another", fields["code"]]}), CHECKS, "once", 400
    )


@story("form-post-in-the-query", "The fields of the form stand in the address instead", "state", checks=CHECKS)
def in_the_query(scene: Scene) -> None:
    scene.answer_by_form()
    query = "&".join(f"{name}={value}" for name, value in _form(scene).items())
    scene.refused(scene.browser.post_form(f"{CALLBACK}?{query}", {}), CHECKS, "state", 400)


def _form(scene: Scene) -> dict[str, str]:
    """Return the fields of the form with which the provider answers."""
    return scene.browser.form_of(scene.browser.start())[1]


STORIES = (cookie, another_browser, by_redirect, by_form, twice, in_the_query)
