"""What must be so at a Broker's OpenID Provider, looked at from outside (Card Details, section 6).

`client_steps` goes on with what only our client can find out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from imin.brokers.findings import Finding, NotCheckedError, ok, step, warning, wrong
from imin.brokers.front_door import Tenant
from imin.brokers.models import OpenIdSettings
from imin.identity import paths, published
from imin.identity.discovery import Discovery
from imin.identity.errors import FailedSignInError, WrongAnswerError
from imin.identity.keys import usable_keys
from imin.identity.wire import demand_safe

NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass
class Provision:
    """A Broker's sign-in settings, the host that signs in, and the provider's document once it was read."""

    tenant: Tenant
    settings: OpenIdSettings
    now: datetime
    said: dict[str, Any] | None = None

    @property
    def document(self) -> dict[str, Any]:
        """The provider's document, for the steps after `discovery`."""
        if self.said is None:
            raise NotCheckedError("The provider's discovery document could not be read.")
        return self.said

    @property
    def values_to_register(self) -> tuple[tuple[str, str], ...]:
        """Our addresses that the provider must know."""
        return (
            ("Redirect URI", paths.redirect_uri(self.tenant)),
            ("Post-logout redirect URI", paths.signed_out_uri(self.tenant)),
            ("Back-channel logout URI", f"{self.tenant.origin}{paths.ROOT}back-channel-logout"),
        )


@step("The provider publishes its discovery document")
def discovery(provision: Provision) -> Finding:
    """Read the document afresh, past what is remembered; this process's sign-ins go by it from now on."""
    url = Discovery(provision.settings.issuer, provision.now).url
    try:
        provision.said = published.renewed(url, now=provision.now)
    except FailedSignInError as failure:
        return wrong(
            str(failure),
            expected=f"A JSON object, over TLS, at {url}.",
            change="Is the issuer right in the console? It is the address in front of /.well-known/, and the document "
            "itself says it under “issuer”. Is the provider reachable from the internet?",
        )
    return ok(f"{url} is a JSON object.")


@step("The issuer is exactly the configured one")
def issuer(provision: Provision) -> Finding:
    """Compare character by character (Discovery 4.3)."""
    given, configured = provision.document.get("issuer"), provision.settings.issuer
    if given == configured:
        return ok(f"Both are {configured}.")
    alike = isinstance(given, str) and given.rstrip("/") == configured.rstrip("/")
    why = "They differ in the last slash alone, and that counts." if alike else "They must be the same text."
    return wrong(
        f"The document says {given!r}; the console says {configured!r}.",
        expected=why,
        change="Copy the provider's issuer into the console, or mend the provider's own address: behind a proxy it "
        "often takes http for https.",
        paste=(("Issuer", given),) if isinstance(given, str) else (),
    )


@step("The endpoints that a sign-in needs are there")
def endpoints(provision: Provision) -> Finding:
    """Look for the three endpoints, each over TLS (Discovery 3)."""
    bad = []
    for name in NEEDED:
        url = provision.document.get(name)
        try:
            demand_safe(url if isinstance(url, str) else "")
        except WrongAnswerError:
            bad.append(f"{name} is {url!r}" if url else f"{name} is missing")
    if not bad:
        return ok(f"{_list(NEEDED)} are there.")
    change = "This is the provider's own configuration: its public address, mostly."
    return wrong(f"{_list(bad)}.", expected="Each is an https address.", change=change)


@step("The authorization code flow is offered")
def code_flow(provision: Provision) -> Finding:
    """Look at response and grant types; a document that leaves grant types out means the code flow (Discovery 3)."""
    responses = _texts(provision, "response_types_supported")
    grants = _texts(provision, "grant_types_supported", default=["authorization_code"])
    if "code" in responses and "authorization_code" in grants:
        return ok("The response type “code” and the grant “authorization_code” are offered.")
    tell = warning if not responses else wrong
    return tell(
        f"Response types: {_list(responses) or 'none'}. Grants: {_list(grants)}.",
        expected="The response type “code” and the grant “authorization_code”.",
        change="Switch the authorization code flow on at the provider.",
    )


@step("PKCE with S256 is offered")
def pkce(provision: Provision) -> Finding:
    """Look for S256; some providers know it and do not say so."""
    methods = _texts(provision, "code_challenge_methods_supported")
    if "S256" in methods:
        return ok("S256 is offered.")
    expected = "code_challenge_methods_supported holds S256 (RFC 8414)."
    if methods:
        change = "Switch S256 on at the provider: we send nothing else."
        return wrong(f"Only {_list(methods)} is offered.", expected=expected, change=change)
    change = "Mostly nothing: such providers often know it all the same. The test sign-in tells."
    return warning("The document does not say.", expected=expected, change=change)


@step("ID Tokens are signed with the registered algorithm")
def algorithm(provision: Provision) -> Finding:
    """Look for the algorithm of the settings (Core 2)."""
    offered, ours = _texts(provision, "id_token_signing_alg_values_supported"), provision.settings.algorithm
    if ours in offered:
        return ok(f"{ours} is offered.")
    return wrong(
        f"{_list(offered) or 'Nothing'} is offered.",
        expected=f"{ours}, which the console says.",
        change="Register our client with that algorithm, or choose in the console the one with which it is registered.",
    )


@step("A key for that algorithm is published")
def keys(provision: Provision) -> Finding:
    """Read the key set, and look for keys that could verify an ID Token."""
    url, ours = provision.document.get("jwks_uri"), provision.settings.algorithm
    if not isinstance(url, str):
        raise NotCheckedError("The document has no jwks_uri.")
    expected, change = f"At least one public key for {ours}.", "Publish the key with which ID Tokens are signed."
    try:
        found = usable_keys(published.renewed(url, now=provision.now), ours, {})
    except FailedSignInError as failure:
        return wrong(str(failure), expected=expected, change=change)
    if not found:
        return wrong(f"{url} has no key that fits {ours}.", expected=expected, change=change)
    if len(found) > 1 and not all(key.kid for key in found):
        change = "Give each key a kid, and put it into the header of what it signs."
        return wrong(f"{url} has {len(found)} keys that fit, not all with a kid.", expected=expected, change=change)
    return ok(f"{url} has {len(found)} that fit{'s' if len(found) == 1 else ''} {ours}.")


@step("The way in which our client proves itself is offered")
def client_authentication(provision: Provision) -> Finding:
    """Look for the configured method; a document that leaves them out means client_secret_basic (Discovery 3)."""
    offered = _texts(provision, "token_endpoint_auth_methods_supported", default=["client_secret_basic"])
    ours = provision.settings.authentication
    if ours in offered:
        return ok(f"{ours} is offered.")
    change = "Choose one of them in the console, as our client is registered."
    return warning(f"{_list(offered)}: {ours} is not among them.", expected=f"{ours}.", change=change)


@step("The way in which answers come is offered")
def response_mode(provision: Provision) -> Finding:
    """Look for the configured response mode; a document that leaves them out means query and fragment (Discovery 3)."""
    offered = _texts(provision, "response_modes_supported", default=["query", "fragment"])
    ours = provision.settings.response_mode
    if ours in offered:
        return ok(f"{ours} is offered.")
    change = "Choose “query” in the console, or switch the mode on at the provider."
    return wrong(f"{_list(offered)}: {ours} is not among them.", expected=f"{ours}.", change=change)


@step("The scopes that we ask for exist")
def scopes(provision: Provision) -> Finding:
    """Look for each scope of the settings; the list may leave some out (Discovery 3)."""
    offered, ours = _texts(provision, "scopes_supported"), provision.settings.scope.split()
    missing = [scope for scope in ours if scope not in offered]
    if not offered or not missing:
        return ok(f"{_list(ours)}: " + ("offered." if offered else "the document lists no scopes, which it may."))
    change = "Switch them on at the provider for our client, or take them out in the console."
    return warning(f"Not listed: {_list(missing)}.", expected=f"{_list(ours)} are offered.", change=change)


@step("Signing in once more before a card changes")
def step_up(provision: Provision) -> Finding:
    """Look for the configured ways to sign in strongly, where the Broker wants any."""
    wanted = provision.settings.step_up_acr_values.split()
    offered = _texts(provision, "acr_values_supported")
    if not wanted:
        return ok("No special way of signing in is asked for.")
    if set(wanted) & set(offered):
        return ok(f"{_list(way for way in wanted if way in offered)}: offered.")
    change = "Use the provider's own names in the console: with others nobody can add or remove a card."
    if offered:
        return wrong(f"{_list(offered)}: none is asked for.", expected=f"{_list(wanted)}.", change=change)
    return warning("The document does not say.", expected=f"One of {_list(wanted)}.", change=change)


@step("Answers will name their issuer (RFC 9207)")
def issuer_in_answers(provision: Provision) -> Finding:
    """Look for the promise, by which a mix-up of two providers is noticed."""
    if provision.document.get("authorization_response_iss_parameter_supported") is True:
        return ok("Promised; we refuse answers without it.")
    return warning(
        "Not promised.",
        expected="authorization_response_iss_parameter_supported is true.",
        change="Switch it on if the provider can. Without it sign-ins work, with one protection less.",
    )


@step("Pushed authorization requests (RFC 9126)")
def pushed_requests(provision: Provision) -> Finding:
    """Say whether requests go through the browser or past it."""
    if provision.document.get("pushed_authorization_request_endpoint"):
        return ok("Offered, so we push each request.")
    if provision.document.get("require_pushed_authorization_requests") is True:
        change = "Publish pushed_authorization_request_endpoint, or do not demand it."
        return wrong("Demanded, but there is no endpoint.", expected="An endpoint for them.", change=change)
    return ok("Not offered; requests go through the browser, which is usual.")


@step("Signing out at the provider")
def logout(provision: Provision) -> Finding:
    """Look for RP-initiated logout."""
    if provision.document.get("end_session_endpoint"):
        return ok("There is an end_session_endpoint; after our sign-out the Customer is signed out there too.")
    return warning(
        "There is no end_session_endpoint.",
        expected="One, so that “Sign out” ends the session at the Broker too.",
        change="Switch RP-initiated logout on, and register the post-logout redirect URI.",
        paste=provision.values_to_register[1:2],
    )


@step("Being told when a Customer signs out there")
def back_channel_logout(provision: Provision) -> Finding:
    """Look for back-channel logout."""
    if provision.document.get("backchannel_logout_supported") is True:
        return ok("Supported. Make sure that our address is registered.")
    return warning(
        "Not supported, as the document says.",
        expected="backchannel_logout_supported is true.",
        change="Switch it on and register our address. Without it, our session outlives theirs until it runs out.",
        paste=provision.values_to_register[2:],
    )


DISCOVERY_STEPS = (
    discovery,
    issuer,
    endpoints,
    code_flow,
    pkce,
    algorithm,
    keys,
    client_authentication,
    response_mode,
    scopes,
    step_up,
    issuer_in_answers,
    pushed_requests,
    logout,
    back_channel_logout,
)


def _texts(provision: Provision, name: str, default: Iterable[str] = ()) -> list[str]:
    given = provision.document.get(name)
    if not isinstance(given, list):
        return list(default)
    return [text[:60] for text in given[:50] if isinstance(text, str)]


def _list(values: Iterable[str]) -> str:
    return ", ".join(values)
