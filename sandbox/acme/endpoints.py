"""The OpenID Provider's addresses under `/oidc`, and its discovery document."""

from urllib.parse import urlencode

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc6749.grants import BaseGrant
from authlib.oidc.core.errors import ConsentRequiredError
from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ServiceUnavailable

from sandbox.acme import clock, forms, pushed
from sandbox.acme.client_keys import ALGORITHMS
from sandbox.acme.form_answer import in_the_asked_mode
from sandbox.acme.keys import ALGORITHM
from sandbox.acme.memory import ACR, Session, Visit
from sandbox.acme.provider import Provider
from sandbox.acme.registered import SCOPES
from sandbox.acme.site import Site

CLAIMS = [
    *("sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "nonce", "sid", "amr", "at_hash"),
    *("name", "given_name", "family_name", "email", "email_verified"),
]


def blueprint(site: Site, provider: Provider) -> Blueprint:
    """Return the provider's routes for one Broker."""
    routes = Blueprint("oidc", __name__)
    view = _Views(site, provider)
    routes.before_request(view.misbehave)
    both = ["GET", "POST"]
    routes.add_url_rule("/.well-known/openid-configuration", "discovery", view.discovery)
    routes.add_url_rule("/oidc/jwks", "jwks", view.jwks)
    routes.add_url_rule("/oidc/authorize", "authorize", view.authorize, methods=both)
    routes.add_url_rule("/oidc/par", "par", view.push, methods=["POST"])
    routes.add_url_rule("/oidc/token", "token", provider.create_token_response, methods=["POST"])
    routes.add_url_rule("/oidc/userinfo", "userinfo", view.userinfo, methods=both)
    routes.add_url_rule("/oidc/logout", "logout", view.end_session, methods=both)
    return routes


class _Views:
    def __init__(self, site: Site, provider: Provider) -> None:
        self.site = site
        self.provider = provider

    def misbehave(self) -> None:
        clock.wait(self.site.switches.slow_ms / 1000)
        if self.site.switches.down:
            raise ServiceUnavailable

    def jwks(self) -> Response:
        return jsonify(self.site.keys.published().as_dict(private=False))

    def discovery(self) -> Response:
        issuer = self.site.issuer
        return jsonify(
            issuer=issuer,
            authorization_endpoint=f"{issuer}/oidc/authorize",
            token_endpoint=f"{issuer}/oidc/token",
            userinfo_endpoint=f"{issuer}/oidc/userinfo",
            jwks_uri=f"{issuer}/oidc/jwks",
            end_session_endpoint=f"{issuer}/oidc/logout",
            backchannel_logout_supported=True,
            backchannel_logout_session_supported=True,
            authorization_response_iss_parameter_supported=True,
            code_challenge_methods_supported=["S256"],
            response_types_supported=["code"],
            response_modes_supported=["query", "form_post"],
            grant_types_supported=["authorization_code"],
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=[ALGORITHM],
            token_endpoint_auth_methods_supported=pushed.METHODS,
            token_endpoint_auth_signing_alg_values_supported=ALGORITHMS,
            acr_values_supported=[ACR],
            **self._pushing(),
            prompt_values_supported=["none", "login", "consent", "select_account"],
            scopes_supported=list(SCOPES),
            claims_supported=CLAIMS,
        )

    def _pushing(self) -> dict[str, str | bool]:
        if not self.site.switches.pushed_requests:
            return {}
        endpoint = f"{self.site.issuer}/oidc/par"
        return {"pushed_authorization_request_endpoint": endpoint, "require_pushed_authorization_requests": True}

    def push(self) -> ResponseReturnValue:
        try:
            return pushed.take(self.site, self.provider)
        except OAuth2Error as error:
            return jsonify(dict(error.get_body())), error.status_code

    def userinfo(self) -> Response:
        answer: Response = self.provider.create_endpoint_response("userinfo")
        return answer

    def authorize(self) -> ResponseReturnValue:
        pushed.unfold(self.site)
        session = self.site.current()
        fresh = session if session and _fresh_enough(session, self._visit()) else None
        try:
            grant = self.provider.get_consent_grant(end_user=fresh)
        except OAuth2Error as error:
            return self._refuse(error, error.redirect_uri)
        except ValueError:
            # Authlib quotes the request in its descriptions and stumbles over characters unfit for them.
            return _not_understood("It has characters that do not belong there.")
        try:
            return self._answer(grant, fresh)
        except OAuth2Error as error:
            return self._refuse(error, grant.redirect_uri)

    def _answer(self, grant: BaseGrant, session: Session | None) -> ResponseReturnValue:
        if self.site.switches.error:
            raise OAuth2Error("Switched on for this Broker.", error=self.site.switches.error)
        if not request.values.get("max_age", "0").isdigit():
            raise InvalidRequestError("max_age is a number of seconds.")
        if session is None:
            return redirect(url_for("pages.sign_in", visit=self._wait()))
        decision = request.form.get("consent", "") if forms.genuine() else ""
        if decision == "deny":
            session = None
        elif decision != "allow" and self._asks_consent(session):
            return self._consent_page()
        response: Response = self.provider.create_authorization_response(grant=grant, grant_user=session)
        return in_the_asked_mode(response)

    def _asks_consent(self, session: Session) -> bool:
        asked_for = "consent" in _prompts()
        return asked_for or session.person.sub in self.site.switches.consent_required

    def _consent_page(self) -> str:
        if "none" in _prompts():
            raise ConsentRequiredError
        return render_template("consent.html", scopes=request.values.get("scope", "").split(), query=_query())

    def _visit(self) -> Visit | None:
        return self.site.memory.visit(request.args.get("visit", ""))

    def _wait(self) -> str:
        return self.site.memory.wait(_query(), now=clock.now())

    def _refuse(self, error: OAuth2Error, redirect_uri: str | None) -> ResponseReturnValue:
        if not redirect_uri:
            return _not_understood(error.get_error_description())
        error.redirect_uri = redirect_uri
        return in_the_asked_mode(self.provider.refuse(error))

    def end_session(self) -> ResponseReturnValue:
        try:
            wanted = self.provider.validate_endpoint_request("end_session")
        except OAuth2Error as error:
            return _not_understood(error.get_error_description())
        session = self.site.current()
        hinted = (wanted.id_token_claims or {}).get("sub")
        if session and session.person.sub != hinted and not forms.genuine():
            return render_template("confirm_sign_out.html", asked=request.values)
        answer: Response | None = self.provider.create_endpoint_response("end_session", wanted)
        return answer or redirect(url_for("pages.home", bye=1))


def _prompts() -> list[str]:
    return request.values.get("prompt", "").split()


def _fresh_enough(session: Session, visit: Visit | None) -> bool:
    """Say whether the person need not type the password again for this request (Core 3.1.2.1)."""
    if visit and session.signed_in_at >= visit.began:
        return True
    if {"login", "select_account"} & set(_prompts()):
        return False
    max_age = request.values.get("max_age", "")
    return not max_age.isdigit() or clock.now() - session.signed_in_at <= int(max_age)


def _query() -> str:
    """Return the authorization request as a query string, without what our own forms added."""
    ours = {"visit", "consent", forms.FIELD}
    return urlencode([(name, value) for name, value in request.values.items(multi=True) if name not in ours])


def _not_understood(reason: str) -> ResponseReturnValue:
    return render_template("refused.html", reason=reason), 400
