"""Authorization requests that the client hands over before the browser comes (PAR, RFC 9126)."""

from urllib.parse import parse_qsl, urlencode

from flask import Response, jsonify, request
from werkzeug.datastructures import ImmutableMultiDict

from sandbox.acme import clock
from sandbox.acme.client_keys import METHOD
from sandbox.acme.memory import PUSHED_SECONDS
from sandbox.acme.provider import Provider
from sandbox.acme.site import Site

_PROOF = {"client_secret", "client_assertion", "client_assertion_type"}
METHODS = ["client_secret_basic", "client_secret_post", METHOD]


def take(site: Site, provider: Provider) -> tuple[Response, int]:
    """Keep the request of a client that proves itself, and answer with what names it; raises `OAuth2Error`."""
    client = provider.authenticate_client(provider.create_oauth2_request(None), METHODS)
    asked = {name: value for name, value in request.form.items() if name not in _PROOF}
    uri = site.memory.push(urlencode({**asked, "client_id": client.client_id}), now=clock.now())
    return jsonify(request_uri=uri, expires_in=PUSHED_SECONDS), 201


def unfold(site: Site) -> None:
    """Put the request that was pushed in place of the reference that the browser brought; it is good once."""
    uri = request.args.get("request_uri")
    if uri:
        asked = ImmutableMultiDict(parse_qsl(site.memory.pulled(uri, now=clock.now())))
        vars(request).update(args=asked, values=asked)  # where Flask remembers both, for Authlib too
