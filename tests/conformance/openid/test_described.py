"""The addresses of signing in and out by a small OpenAPI description, attacked by schemathesis."""

import json
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from hypothesis import given, settings

from imin.ground.edge import edge
from tests.conformance.openid.scene import SLUG, Scene, live_sessions

schemathesis = pytest.importorskip(
    "schemathesis", reason="schemathesis is not installed: pip install -r requirements-dev.lock"
)
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]
DESCRIBED_AT = "/openapi.json"


def text(name: str, *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "schema": {"type": "string"}}


def answers(*statuses: int, kind: str = "text/html") -> dict[str, Any]:
    said = {"description": "as docs/reference/checks.md says", "content": {kind: {"schema": {}}}}
    return {str(status): {"description": "elsewhere"} if status == 302 else said for status in statuses}


def form(*names: str) -> dict[str, Any]:
    fields = {"type": "object", "required": [names[0]], "properties": {name: {"type": "string"} for name in names}}
    return {"required": True, "content": {FORM: {"schema": fields}}}


FORM = "application/x-www-form-urlencoded"
DESCRIPTION = {
    "openapi": "3.1.0",
    "info": {"title": "Signing in and out", "version": "1"},
    "paths": {
        "/oidc/start": {
            "get": {
                "parameters": [text("return"), text("again")],
                "responses": answers(302, 400, 403),
            }
        },
        "/oidc/login": {
            "get": {
                "parameters": [text("iss", required=True), text("target_link_uri"), text("login_hint")],
                "responses": answers(302, 400, 403),
            }
        },
        "/oidc/jwks": {"get": {"responses": answers(200, 400, kind="application/json")}},
        "/oidc/callback": {
            "get": {
                "parameters": [text(name) for name in ("code", "state", "iss", "error", "error_description")],
                "responses": answers(400),
            },
            "post": {
                "requestBody": form("code", "state", "iss", "error"),
                "responses": answers(400),
            },
        },
        "/oidc/signed-out": {"get": {"parameters": [text("state")], "responses": answers(200, 400)}},
        "/oidc/logout": {"post": {"responses": answers(302, 400, 403)}},
        "/oidc/back-channel-logout": {
            "post": {
                "requestBody": form("logout_token"),
                "responses": answers(400, kind="application/json"),
            }
        },
    },
}


@cache
def platform() -> Any:
    return edge(get_wsgi_application())


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The platform's own WSGI application on the Broker's host, with the description beside it."""
    if environ["PATH_INFO"] == DESCRIBED_AT:
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(DESCRIPTION).encode()]
    return platform()({**environ, "HTTP_HOST": f"cards.{SLUG}.localhost"}, start_response)


@cache
def described() -> Any:
    return schemathesis.openapi.from_wsgi(DESCRIBED_AT, application)


OPERATIONS = [(path, method) for path, methods in DESCRIPTION["paths"].items() for method in methods]


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=[f"{method} {path}" for path, method in OPERATIONS])
def test_what_is_described(path: str, method: str, scene: Scene):
    @settings(max_examples=40, deadline=None, database=None)
    @given(case=described()[path][method].as_strategy())
    def attack(case: Any) -> None:
        scene.endlessly()
        case.call_and_validate(checks=CHECKS)
        assert live_sessions() == set()

    attack()
