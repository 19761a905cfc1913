"""The Broker's OpenID Provider on Authlib: what is ours to decide, and nothing that Authlib does itself."""

from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Request
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import OAuth2Request
from authlib.oauth2.rfc9207 import IssuerParameter
from flask import Flask, Request, Response
from flask import request as current_request

from sandbox.acme import clock, userinfo
from sandbox.acme.client_keys import METHOD, SignedAssertion
from sandbox.acme.code_flow import CodeGrant, IDToken
from sandbox.acme.end_session import EndSession
from sandbox.acme.memory import TOKEN_SECONDS
from sandbox.acme.registered import RegisteredClient
from sandbox.acme.site import Site
from sandbox.authlib_parts import ChallengeS256, LoopbackRequest


def create(site: Site, app: Flask) -> "Provider":
    """Return the OpenID Provider of `site`, serving requests of `app`."""
    app.config["OAUTH2_TOKEN_EXPIRES_IN"] = {"authorization_code": TOKEN_SECONDS}
    provider = Provider(site, app)
    code_flow = type("SiteCodeGrant", (CodeGrant,), {"site": site})
    provider.register_client_auth_method(METHOD, SignedAssertion(site))
    provider.register_grant(code_flow, [IDToken(site), ChallengeS256(required=True)])
    provider.register_endpoint(type("SiteEndSession", (EndSession,), {"site": site}))
    provider.register_endpoint(userinfo.endpoint(site))
    return provider


class Provider(AuthorizationServer):  # type: ignore[misc]  # Authlib has no types
    """Authlib's server, with the issuer in every answer that goes through the browser."""

    def __init__(self, site: Site, app: Flask) -> None:
        super().__init__(app, query_client=self._client, save_token=self._keep_token)
        self.site = site
        self.issuer = Issuer(site)
        self.register_extension(self.issuer)

    def refuse(self, error: OAuth2Error) -> Response:
        """Return the redirect that tells the client of `error`; its `redirect_uri` must be set."""
        error.state = current_request.values.get("state")
        response: Response = self.handle_error_response(None, error)
        self.issuer.add_issuer_parameter(self, response)
        return response

    def create_oauth2_request(self, request: Request | None) -> FlaskOAuth2Request:
        """Wrap the request being served; `request` is Authlib's and always that one."""
        return LoopbackRequest(request or current_request)

    def _client(self, client_id: str) -> RegisteredClient | None:
        client = self.site.broker.client
        return RegisteredClient(client) if client_id == client.client_id else None

    def _keep_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        self.site.memory.issue_token(token["access_token"], request.authorization_code, now=clock.now())


class Issuer(IssuerParameter):  # type: ignore[misc]  # Authlib has no types
    """The `iss` parameter of RFC 9207."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def get_issuer(self) -> str:
        """Return the Broker's issuer."""
        return self.site.issuer
