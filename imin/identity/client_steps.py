"""What only our client can find out at a Broker's provider: its credentials, and whether silence is silent."""

from copy import copy
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from secrets import token_urlsafe
from urllib.parse import parse_qs, urljoin, urlsplit

from imin.brokers.findings import Finding, NotCheckedError, ok, step, warning, wrong
from imin.brokers.models import OpenIdSettings
from imin.identity import paths
from imin.identity.client_authentication import ask_as_client
from imin.identity.errors import FailedSignInError
from imin.identity.sign_in_steps import Provision
from imin.identity.start import Wish, authorization_url
from imin.identity.wire import ask, json_object, without_secrets

_MOST_REDIRECTS = 5
_SILENT_ANSWERS = {"login_required", "interaction_required", "consent_required", "account_selection_required"}
_NO_SESSION = "This visit had no session at the provider, so nobody can be signed in."


@dataclass
class Landing:
    """Where a browser without a session ends when it is sent to sign in silently."""

    url: str
    status: int
    answer: dict[str, str] | None


class Client(Provision):
    """A provision with what its client was answered."""

    @cached_property
    def landing(self) -> Landing:
        """Send the request of a silent sign-in as a browser would, and follow redirects until a page or our host."""
        settings = copy(self.settings)
        settings.response_mode = OpenIdSettings.ResponseMode.QUERY  # a form would say the same to a browser alone
        url = authorization_url(
            tenant=self.tenant, settings=settings, browser=token_urlsafe(32), wish=Wish("/"), now=self.now
        )
        ours = paths.redirect_uri(self.tenant)
        for _ in range(_MOST_REDIRECTS):
            answer = ask("GET", url, headers={"Accept": "text/html"})
            to = answer.headers.get("location")
            if not to or answer.status not in {301, 302, 303, 307, 308}:
                break
            url = urljoin(url, to)
            if url.partition("?")[0] == ours:
                return Landing(ours, answer.status, {name: values[0] for name, values in _query(url).items()})
        return Landing(urlsplit(url)._replace(query="", fragment="").geturl(), answer.status, None)


@step("The provider knows our client (credentials)")
def credentials(client: Client) -> Finding:
    """Exchange a code that nobody issued: a provider that knows us complains of the code, not of us (RFC 6749 5.2)."""
    endpoint = client.document.get("token_endpoint")
    if not isinstance(endpoint, str):
        raise NotCheckedError("The document has no token_endpoint.")
    form = {
        "grant_type": "authorization_code",
        "code": token_urlsafe(32),
        "redirect_uri": paths.redirect_uri(client.tenant),
        "code_verifier": token_urlsafe(32),
    }
    method = client.settings.authentication
    expected = "Asked with a code that nobody issued, the token endpoint says invalid_grant."
    try:
        answer = ask_as_client(endpoint, settings=client.settings, form=form, now=client.now)
        said = json_object(answer, of="The token endpoint")
    except FailedSignInError as failure:
        change = "Is the provider up? Is the token endpoint what it should be?"
        return wrong(str(failure), expected=expected, change=change)
    if said.get("error") == "invalid_grant":
        return ok(f"{expected[:-1]}: our client id and {method} are taken.")
    secrets = (form["code"], form["code_verifier"], client.settings.client_secret)
    words = without_secrets(f"{str(said.get('error'))[:100]}, {str(said.get('error_description'))[:200]}", secrets)
    found = f"The token endpoint answers {answer.status}: {words}."
    if answer.status == HTTPStatus.UNAUTHORIZED or said.get("error") == "invalid_client":
        change = (
            f"Enter client id and secret in the console again, and register our client with {method}, or choose in the "
            "console how it is registered."
        )
        return wrong(found, expected=expected, change=change)
    if said.get("error") == "unauthorized_client":
        change = "Allow our client the authorization code grant."
        return wrong(found, expected=expected, change=change)
    change = "Mostly nothing, if a sign-in works: not every provider keeps to RFC 6749 here."
    return warning(found, expected=expected, change=change)


@step("Our redirect URI is registered")
def redirect_uri(client: Client) -> Finding:
    """See whether the provider sends the browser back to us, as far as that tells."""
    _demand_document(client)
    expected = f"The browser is sent back to {paths.redirect_uri(client.tenant)}."
    change = "Register these addresses for our client, exactly so. Is the client id right?"
    try:
        landing = client.landing
    except FailedSignInError as failure:
        return wrong(str(failure), expected=expected, change=change, paste=client.values_to_register)
    if landing.answer is not None:
        return ok(f"The provider sends browsers back to {landing.url}.")
    if landing.status < HTTPStatus.BAD_REQUEST:
        raise NotCheckedError("The provider showed a page and sent nobody back; see the next step.")
    found = f"{landing.url} answers {landing.status} with a page of its own."
    return wrong(found, expected=expected, change=change, paste=client.values_to_register)


@step("prompt=none is really silent")
def silent(client: Client) -> Finding:
    """See that a browser without a session comes back with login_required and sees no page (Core 3.1.2.6)."""
    _demand_document(client)
    try:
        landing = client.landing
    except FailedSignInError:
        raise NotCheckedError("The request did not get as far; see the step above.") from None
    expected = "The browser comes back to us with login_required, and sees nothing. " + _NO_SESSION
    if landing.answer is None and landing.status >= HTTPStatus.BAD_REQUEST:
        raise NotCheckedError("The provider refused the request; see the step above.")
    if landing.answer is None:
        return wrong(
            f"{landing.url} shows a page ({landing.status}).",
            expected=expected,
            change="The provider, or something in front of it, must let requests with prompt=none through to the code "
            "that answers them. Its sign-in and consent pages come only without prompt=none.",
        )
    error = landing.answer.get("error", "")
    if "code" in landing.answer:
        change = "Find out whom the provider takes such visitors for, before any Customer comes."
        return wrong("The browser came back with a code.", expected=expected, change=change)
    if error not in _SILENT_ANSWERS:
        words = without_secrets(landing.answer.get("error_description", "")[:200], ())
        change = "The provider's log says more. Is our client allowed this flow, these scopes and prompt=none?"
        return wrong(f"The browser came back with {error[:60]!r}: {words}", expected=expected, change=change)
    if named := _wrong_issuer(client, landing.answer):
        change = "Answers, errors too, must name the issuer exactly when discovery promises it; we refuse others."
        return wrong(named, expected=f"iss is {client.settings.issuer} in every answer.", change=change)
    if error == "consent_required":
        change = "Mark our client as trusted (first-party), so that Customers are never asked for consent."
        return warning(f"The browser came back with {error}.", expected=expected, change=change)
    return ok(f"The browser came back with {error}. {_NO_SESSION}")


CLIENT_STEPS = (credentials, redirect_uri, silent)


def _demand_document(client: Client) -> None:
    if client.document.get("issuer") != client.settings.issuer:
        raise NotCheckedError("A sign-in stops at the issuer, which must be mended first.")


def _wrong_issuer(client: Client, answer: dict[str, str]) -> str:
    """Say what is wrong with `iss` (RFC 9207 2.4); nothing when all is well."""
    named, promised = answer.get("iss"), client.document.get("authorization_response_iss_parameter_supported")
    if named is None:
        return "The answer has no iss, though discovery promises it." if promised is True else ""
    return "" if named == client.settings.issuer else f"The answer says iss={named[:200]}."


def _query(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)
