"""The provider's addresses under `/authority`: discovery, registration, tokens, and the pages that people see."""

import hashlib
import json

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749.grants import BaseGrant
from flask import Blueprint, Flask, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer

from sandbox.leisure import customers
from sandbox.leisure.authority import clients, consents, people, tokens
from sandbox.leisure.authority.clients import GRANTS, METHODS, SCOPES
from sandbox.leisure.authority.keys import ALGORITHM, published, signing_key
from sandbox.leisure.authority.people import Person
from sandbox.leisure.authority.provider import SELLER_CLAIMS, Provider, about, create, issuer
from sandbox.leisure.sellers import SELLERS
from sandbox.leisure.state import State

TICKET_SECONDS = 300
_MEANS = {
    "openid": "know that there is an account here",
    "openactive-openbooking": "book, change and cancel on behalf of its customers",
    "openactive-ordersfeed": "hear of changes to those bookings",
    "openactive-identity": "know which account this is",
    "profile": "know the name",
    "email": "know the e-mail address",
    "offline_access": "go on doing so until this is withdrawn",
}


def register(state: State, app: Flask) -> None:
    """Add the provider to `app`."""
    clients.make_fixed(state.store)
    key = signing_key(state.store)
    provider = create(state, app, key)
    tickets = URLSafeTimedSerializer(json.dumps(key.as_dict(private=True), sort_keys=True), salt="signed in")
    routes = Blueprint("authority", __name__, url_prefix="/authority")
    view = _Views(state, provider, tickets)
    both = ["GET", "POST"]
    routes.add_url_rule("/.well-known/openid-configuration", "discovery", view.discovery)
    routes.add_url_rule("/jwks", "jwks", lambda: jsonify(published(key).as_dict(private=False)))
    routes.add_url_rule("/authorize", "authorize", view.authorize, methods=both)
    routes.add_url_rule("/token", "token", provider.create_token_response, methods=["POST"])
    routes.add_url_rule("/userinfo", "userinfo", view.userinfo, methods=both)
    routes.add_url_rule(
        "/register", "register", lambda: provider.create_endpoint_response("client_registration"), methods=["POST"]
    )
    app.register_blueprint(routes)


class _Views:
    def __init__(self, state: State, provider: Provider, tickets: URLSafeTimedSerializer) -> None:
        self.state = state
        self.provider = provider
        self.tickets = tickets

    def discovery(self) -> Response:
        here = issuer(self.state)
        return jsonify(
            issuer=here,
            authorization_endpoint=f"{here}/authorize",
            token_endpoint=f"{here}/token",
            registration_endpoint=f"{here}/register",
            userinfo_endpoint=f"{here}/userinfo",
            jwks_uri=f"{here}/jwks",
            response_types_supported=["code"],
            grant_types_supported=GRANTS,
            code_challenge_methods_supported=["S256"],
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=[ALGORITHM],
            token_endpoint_auth_methods_supported=METHODS,
            prompt_values_supported=["login", "consent", "create"],
            scopes_supported=list(SCOPES),
            claims_supported=["sub", "name", "email", *(f"https://openactive.io/{name}" for name in SELLER_CLAIMS)],
        )

    def userinfo(self) -> ResponseReturnValue:
        kind, _, sent = request.headers.get("Authorization", "").partition(" ")
        token = tokens.by_access(self.state.store, sent, now=self.state.clock.now()) if kind == "Bearer" else None
        person = tokens.person_of(self.state.store, token) if token else None
        if token is None or person is None:
            return jsonify(error="invalid_token"), 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        return jsonify(about(self.state, person, token.scope))

    def authorize(self) -> ResponseReturnValue:
        """Answer a GET by the sign-in, its form by the question for consent, and that by the way back."""
        person = self._by_ticket()
        try:
            grant = self.provider.get_consent_grant(end_user=person)
        except OAuth2Error as error:
            return self._refuse(error)
        if person is None:
            return self._sign_in(grant)
        return self._decide(grant, person)

    def _refuse(self, error: OAuth2Error) -> ResponseReturnValue:
        if not error.redirect_uri:
            return render_template("refused.html", reason=error.get_error_description()), 400
        error.state = request.args.get("state")
        response: Response = self.provider.handle_error_response(None, error)
        return response

    def _sign_in(self, grant: BaseGrant) -> ResponseReturnValue:
        sent = request.form
        if "join" in sent:
            return self._join(grant)
        if "username" not in sent:
            return self._page("join.html" if "create" in _prompts() else "sign_in.html", grant)
        person = people.signed_in(self.state.store, sent["username"], sent.get("password", ""))
        if person is None:
            return self._page("sign_in.html", grant, problem="That name and password do not match."), 400
        return self._decide(grant, person)

    def _join(self, grant: BaseGrant) -> ResponseReturnValue:
        sent = {name: request.form.get(name, "") for name in ("email", "given_name", "family_name", "password")}
        seller = request.form.get("seller", "")
        if not all(value.strip() for value in sent.values()) or "@" not in sent["email"] or seller not in _numbers():
            return self._page("join.html", grant, problem="Please fill in every field."), 400
        person = people.join(self.state.store, seller=int(seller), **sent)
        if person is None:
            problem = "There is an account with that e-mail address already: please sign in to it."
            return self._page("join.html", grant, problem=problem), 400
        return self._decide(grant, person)

    def _decide(self, grant: BaseGrant, person: Person) -> ResponseReturnValue:
        client, scope = grant.client, grant.request.payload.scope or ""
        scope = client.get_allowed_scope(scope)
        if not person.is_staff and "openactive-openbooking" in scope.split():
            return self._page("sign_in.html", grant, problem="Only a manager of a seller may allow bookings."), 403
        decision = request.form.get("consent", "")
        if decision == "deny":
            answer: Response = self.provider.create_authorization_response(grant=grant, grant_user=None)
            return answer
        kept = {"client": client.client_id, "person": person.sub, "scope": scope}
        if decision != "allow" and consents.is_asked(self.state.store, **kept):
            ticket = self.tickets.dumps([person.sub, _digest()])
            return self._page("consent.html", grant, person=person, scopes=scope.split(), means=_MEANS, ticket=ticket)
        consents.keep(self.state.store, **kept)
        if person.account and "openactive-identity" in scope.split():
            customers.link(self.state, partner=client.client_id, account=person.account)
        granted: Response = self.provider.create_authorization_response(grant=grant, grant_user=person)
        return granted

    def _by_ticket(self) -> Person | None:
        """Return who signed in for this very request a moment ago."""
        try:
            sub, asked = self.tickets.loads(request.form.get("ticket", ""), max_age=TICKET_SECONDS)
        except BadData:
            return None
        return people.known(self.state.store, sub) if asked == _digest() else None

    def _page(self, template: str, grant: BaseGrant, problem: str = "", **values: object) -> str:
        hint = request.form.get("username") or request.form.get("email") or request.args.get("login_hint", "")
        return render_template(
            template, client=grant.client, sellers=SELLERS, problem=problem, hint=hint, chosen=_chosen(), **values
        )


def _prompts() -> list[str]:
    return request.args.get("prompt", "").split()


def _chosen() -> int:
    """Return the number of the seller whose `@id` the parameter `seller` names: where a customer wants an account."""
    number = request.args.get("seller", "").rpartition("/")[2]
    return int(number) if number in _numbers() else 1


def _numbers() -> set[str]:
    return {str(number) for number in SELLERS}


def _digest() -> str:
    """Return what tells this authorization request from any other."""
    return hashlib.sha256(request.query_string).hexdigest()
