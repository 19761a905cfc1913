"""What the provider says to the browser: the authorization response, and the sign-in that it belongs to."""

from functools import partial
from urllib.parse import parse_qs, urlsplit

from imin.identity.callback import CHECKS
from tests.conformance.openid.case import Case, passes, stopped, story
from tests.conformance.openid.scene import Scene
from tests.identity.browser import Browser
from tests.identity.provider import KIM, LEFT_OUT

FAPI = "fapi2-security-profile-final-client-test-"
_stopped = partial(stopped, checks=CHECKS)


def _reported(error: str, status: int) -> Case:
    return _stopped(
        f"error-{error.replace('_', '-')}",
        f"The provider reports `{error}`",
        "error",
        answered=status,
        returned={"error": error, "error_description": "<b>look</b> here", "code": LEFT_OUT},
    )


RESPONSE = (
    _stopped(
        f"{FAPI}ensure-authorization-response-with-invalid-state-fails",
        "`state` is another's",
        "state",
        answered=400,
        returned={"state": "another"},
    ),
    _stopped(
        f"{FAPI}ensure-authorization-response-with-invalid-missing-state-fails",
        "`state` is missing",
        "state",
        answered=400,
        returned={"state": LEFT_OUT},
    ),
    _stopped("state-empty", "`state` is empty", "state", answered=400, returned={"state": ""}),
    _stopped("state-with-nul", "`state` holds NUL", "state", answered=400, returned={"state": "a\0b"}),
    _stopped(
        "error-with-a-wrong-state",
        "An error comes with another's `state`, so that it is not believed",
        "state",
        answered=400,
        returned={"error": "login_required", "code": LEFT_OUT, "state": "another"},
    ),
    _stopped(
        f"{FAPI}invalid-authorization-response-iss",
        "`iss` of the response is another's",
        "issuer",
        returned={"iss": "https://evil.example"},
    ),
    _stopped(
        f"{FAPI}remove-authorization-response-iss",
        "`iss` of the response is missing, though discovery promises it",
        "issuer",
        returned={"iss": LEFT_OUT},
    ),
    _stopped("response-iss-empty", "`iss` of the response is empty", "issuer", returned={"iss": ""}),
    _stopped(
        "response-iss-with-trailing-slash",
        "`iss` of the response has one slash more",
        "issuer",
        returned=lambda provider: {"iss": f"{provider.issuer}/"},
    ),
    _stopped(
        "response-iss-wrong-though-not-promised",
        "Discovery does not promise `iss`, but it comes and is another's",
        "issuer",
        discovery={"authorization_response_iss_parameter_supported": LEFT_OUT},
        returned={"iss": "https://evil.example"},
    ),
    passes(
        "response-iss-missing-and-not-promised",
        "Discovery does not promise `iss`, and it does not come",
        discovery={"authorization_response_iss_parameter_supported": LEFT_OUT},
        returned={"iss": LEFT_OUT},
    ),
    _stopped(
        "error-with-another-iss",
        "An error comes with another's `iss`, so that it is not believed",
        "issuer",
        returned={"iss": "https://evil.example", "error": "login_required", "code": LEFT_OUT},
    ),
    *(
        _reported(error, 200)
        for error in ("login_required", "interaction_required", "consent_required", "account_selection_required")
    ),
    _reported("access_denied", 403),
    _reported("server_error", 503),
    _reported("temporarily_unavailable", 503),
    _reported("invalid_request", 502),
    _reported("unauthorized_client", 502),
    _stopped("error-empty", "`error` is there but empty", "error", returned={"error": "", "code": LEFT_OUT}),
    _stopped("error-beside-a-code", "An error and a good code come together", "error", returned={"error": "invalid"}),
    _stopped("code-missing", "Neither code nor error comes", "code", returned={"code": LEFT_OUT}),
    _stopped("code-empty", "`code` is empty", "code", returned={"code": ""}),
    _stopped("code-made-up", "The provider does not know the code", "code", answered=400, returned={"code": "made-up"}),
    passes(
        "tokens-in-the-response-are-not-looked-at",
        "The response holds tokens, as the implicit flow's does; only the code is used",
        returned={"id_token": "a.b.c", "access_token": "somebody-elses"},
    ),
)


def _twice(parameter: str) -> Case:
    @story(f"{parameter}-twice", f"`{parameter}` comes twice, the second time as it was", "once", checks=CHECKS)
    def case(scene: Scene) -> None:
        path, _, query = scene.back().partition("?")
        scene.refused(scene.browser.open(f"{path}?{parameter}=another&{query}"), CHECKS, "once", 400)

    return case


DOUBLED = tuple(map(_twice, ("code", "state", "iss")))


@story("state-of-another-browser", "The response is opened in another browser (sign-in CSRF)", "state", checks=CHECKS)
def state_of_another_browser(scene: Scene) -> None:
    back = scene.back()
    scene.refused(Browser().open(back), CHECKS, "state", 400)
    assert scene.browser.open(back).status_code == 302  # and has not spoiled it


@story(
    "callback-on-the-wrong-brokers-host",
    "The response is opened on another Broker's host, cookie and all",
    "state",
    checks=CHECKS,
)
def wrong_host(scene: Scene) -> None:
    scene.make_broker("harbour")
    back = scene.back()
    other = Browser("harbour")
    other.client.cookies["__Host-signin"] = scene.browser.client.cookies["__Host-signin"].value
    answer = other.open(back)
    scene.refused(answer, CHECKS, "state", 400)
    assert "Acmebroker" not in answer.content.decode()


@story(
    "mix-up",
    "Another Broker's provider answers a sign-in that this Broker's was asked for (RFC 9700 4.4)",
    "issuer",
    checks=CHECKS,
)
def mix_up(scene: Scene) -> None:
    other = scene.make_broker("harbour")
    scene.provider.returned = {"iss": other.issuer, "code": "code-of-the-other"}
    scene.refused(scene.come_back(), CHECKS, "issuer")
    assert scene.provider.visits("/token") == other.visits("/token") == []


def _foreign_code(scene: Scene) -> str:
    """Let Kim begin a sign-in of their own and return their code, which Sam's browser is then handed."""
    scene.provider.person = dict(KIM)
    code = parse_qs(urlsplit(scene.browser.visit(Browser().start())).query)["code"][0]
    scene.mark()
    scene.provider.returned = {"code": code}
    return code


@story(
    "code-injection",
    "A code of somebody else's sign-in; PKCE stops it at the provider (RFC 9700 4.5)",
    "code",
    checks=CHECKS,
)
def code_injection(scene: Scene) -> None:
    _foreign_code(scene)
    scene.refused(scene.come_back(), CHECKS, "code", 400)


@story("expired-transaction", "The person comes back after ten minutes", "state", checks=CHECKS)
def expired(scene: Scene) -> None:
    back = scene.back()
    scene.later(600)
    scene.refused(scene.browser.open(back), CHECKS, "state", 400)
    assert scene.provider.visits("/token") == []


@story("back-button", "The person comes back to the response with the browser's “back”", "state", checks=CHECKS)
def back_button(scene: Scene) -> None:
    back = scene.back()
    scene.signed_in(scene.browser.open(back))
    scene.mark()
    scene.refused(scene.browser.open(back), CHECKS, "state", 400)
    assert scene.browser.open("/edit").status_code == 200


@story(
    "login-required-twice",
    "Asked with and without prompt the provider says `login_required`: no loop",
    "error",
    checks=CHECKS,
)
def login_required_twice(scene: Scene) -> None:
    scene.provider.returned = {"error": "login_required", "code": LEFT_OUT}
    page = scene.come_back()
    scene.refused(page, CHECKS, "error", 200)
    assert page.content.decode().count("Continue with Acmebroker") == 1
    scene.mark()
    location = scene.browser.open("/oidc/start?again=1")["Location"]
    assert "prompt" not in parse_qs(urlsplit(location).query)
    scene.refused(scene.browser.open(scene.browser.visit(location)), CHECKS, "error", 200)
    assert len(scene.provider.visits("/authorize")) == 2


@story("provider-never-returns", "The first attempt is never answered; a second one works")
def never_returns(scene: Scene) -> None:
    scene.browser.start("/edit")
    scene.signed_in()


@story("two-tabs", "Two tabs sign in at once; each comes back to its own page")
def two_tabs(scene: Scene) -> None:
    one, other = scene.browser.start("/edit"), scene.browser.start("/edit/cards/add")
    assert scene.browser.open(scene.browser.visit(one))["Location"] == "/edit"
    scene.mark()
    assert scene.browser.open(scene.browser.visit(other))["Location"] == "/edit/cards/add"
    assert scene.browser.open("/edit").status_code == 200


STORIES = (
    *DOUBLED,
    state_of_another_browser,
    wrong_host,
    mix_up,
    code_injection,
    expired,
    back_button,
    login_required_twice,
    never_returns,
    two_tabs,
)
