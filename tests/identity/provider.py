"""An OpenID Provider that speaks real HTTP and misbehaves on demand: every attribute of `Provider` is a switch.

One server answers for several providers, told apart by Host (`<slug>.localhost:<port>`).
"""

import json
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from secrets import token_urlsafe
from threading import Thread
from urllib.parse import unquote_plus, urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet, RSAKey
from joserfc.jws import JWSRegistry
from werkzeug.datastructures import MultiDict
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

LEFT_OUT = object()
SAM = {"sub": "sam-1", "email": "sam@example.org", "email_verified": True, "given_name": "Sam", "family_name": "Vale"}
KIM = {"sub": "kim-2", "email": "kim@example.org", "email_verified": True, "given_name": "Kim", "family_name": "Reed"}
KEYS = [RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"}) for kid in ("first", "second")]


class Provider:
    """One provider; dictionaries override single values of an answer, `LEFT_OUT` removes one."""

    def __init__(self, issuer: str, client_id: str, client_secret: str) -> None:
        self.issuer, self.client_id, self.client_secret = issuer, client_id, client_secret
        self.client_jwks: Callable[[], dict] | None = None
        self.person: dict | None = dict(SAM)
        self.clock_offset = 0
        self.algorithm = "RS256"
        self.signing_key: Key = KEYS[0]
        self.published_keys: list[Key] = [KEYS[0]]
        self.jwks: dict | None = None
        self.in_userinfo: set[str] = set()
        self.discovery: dict = {}
        self.returned: dict = {}
        self.header: dict = {}
        self.claims: dict = {}
        self.token: dict = {}
        self.par: dict = {}
        self.response_modes = {"form_post"}
        self.pushed: dict[str, dict] = {}
        self.userinfo: dict = {}
        self.status: dict[str, int] = {}
        self.slow: dict[str, float] = {}
        self.nonsense: set[str] = set()
        self.instead: dict[str, Callable[[Request], Response]] = {}
        self.asked: list[tuple[str, dict]] = []
        self.codes: dict[str, dict] = {}

    def visits(self, path: str) -> list[dict]:
        """Return the parameters of each request to `path` so far."""
        return [values for visited, values in self.asked if visited == path]

    def __call__(self, request: Request) -> Response:
        """Answer one request as the switches say."""
        self.asked.append((request.path, request.values.to_dict()))
        time.sleep(self.slow.get(request.path, 0))
        if request.path in self.status:
            return _json({"error": "server_error"}, self.status[request.path])
        if request.path in self.instead:
            return self.instead[request.path](request)
        if request.path in self.nonsense:
            return Response("<!doctype html><title>Welcome</title>")
        routes = {
            "/.well-known/openid-configuration": self._discovery,
            "/authorize": self._authorize,
            "/par": self._push,
            "/token": self._token,
            "/userinfo": self._userinfo,
            "/jwks": self._jwks,
            "/end-session": lambda _: Response("bye"),
        }
        return routes[request.path](request)

    @property
    def pushes(self) -> bool:
        """Whether it takes requests that were pushed, and no others."""
        return "pushed_authorization_request_endpoint" in self.discovery

    def _discovery(self, _request: Request) -> Response:
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo"}
        names |= {"jwks_uri": "jwks", "end_session_endpoint": "end-session"}
        document = {
            "issuer": self.issuer,
            **{name: f"{self.issuer.rstrip('/')}/{path}" for name, path in names.items()},
            "authorization_response_iss_parameter_supported": True,
            "id_token_signing_alg_values_supported": ["RS256", "none"],
        }
        return _json(_changed(document, self.discovery))

    def _push(self, request: Request) -> Response:
        if not self._knows(request):
            return _json({"error": "invalid_client"}, 401)
        proof = ("client_secret", "client_assertion", "client_assertion_type")
        uri = f"urn:ietf:params:oauth:request_uri:{token_urlsafe(16)}"
        self.pushed[uri] = {name: value for name, value in request.form.items() if name not in proof}
        return _json(_changed({"request_uri": uri, "expires_in": 60}, self.par), 201)

    def _authorize(self, request: Request) -> Response:
        asked = MultiDict(self.pushed.pop(request.args["request_uri"])) if self.pushes else request.args
        answer = {"state": asked["state"], "iss": self.issuer}
        if self.person is None and asked.get("prompt") == "none":
            answer["error"] = "login_required"
        else:
            answer["code"] = code = token_urlsafe(16)
            self.codes[code] = {**asked.to_dict(), "person": self.person or dict(SAM)}
        answer = _changed(answer, self.returned)
        if asked.get("response_mode") in self.response_modes:
            fields = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in answer.items())
            return _html(f'<form method="post" action="{asked["redirect_uri"]}">{fields}<button>Go on</button></form>')
        query = urlencode(answer)
        return Response(status=302, headers={"Location": f"{asked['redirect_uri']}?{query}"})

    def _token(self, request: Request) -> Response:
        form = request.form
        if not self._knows(request):
            return _json({"error": "invalid_client"}, 401)
        asked = self.codes.pop(form["code"], None)
        if not asked or asked["redirect_uri"] != form["redirect_uri"] or not _proves(form["code_verifier"], asked):
            return _json({"error": "invalid_grant"}, 400)
        access = token_urlsafe(16)
        self.codes[access] = asked
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": 60, "id_token": self._id_token(asked)}
        return _json(_changed(answer, self.token))

    def _knows(self, request: Request) -> bool:
        """Say whether our client asks: by its secret, or once its keys are registered by a token signed with one."""
        if not self.client_jwks:
            return self._credentials(request) == (self.client_id, self.client_secret)
        form = request.form
        try:
            token = jwt.decode(form["client_assertion"], KeySet.import_key_set(self.client_jwks()), ["ES256", "PS256"])
        except (JoseError, ValueError):
            return False
        said = token.claims
        alone = not {"client_secret", "Authorization"} & {*form, *request.headers.keys()}
        return (
            (said["iss"], said["sub"], said["aud"]) == (self.client_id, self.client_id, self.issuer)
            and form["client_id"] == self.client_id
            and form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            and self.now() - 60 <= said["iat"] < said["exp"] <= said["iat"] + 60
            and alone
        )

    def _credentials(self, request: Request) -> tuple[str, str]:
        authorization = request.headers.get("Authorization", "")
        if not authorization:
            return request.form.get("client_id", ""), request.form.get("client_secret", "")
        client, _, secret = b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        return unquote_plus(client), unquote_plus(secret)

    def _id_token(self, asked: dict) -> str:
        now = self.now()
        person = {name: value for name, value in asked["person"].items() if name not in self.in_userinfo}
        claims = {"iss": self.issuer, "aud": self.client_id, "nonce": asked["nonce"], "sid": "sid-1", **person}
        if "max_age" in asked:
            claims["auth_time"] = now
        if "acr_values" in asked:
            claims["acr"] = asked["acr_values"].split()[0]
        return self.signed(_changed({**claims, "iat": now, "exp": now + 300}, self.claims), self.header)

    def now(self) -> int:
        return int(time.time()) + self.clock_offset

    def signed(self, claims: dict, header: dict | None = None) -> str:
        """Return `claims` signed as the switches say; `none` leaves the signature empty."""
        given = {"alg": self.algorithm, "kid": self.signing_key.kid, "typ": "JWT"}
        return sign(_changed(given, header or {}), claims, self.signing_key)

    def logout_token(self, header: dict | None = None, **claims: object) -> str:
        """Return a logout token; `claims` and `header` override."""
        now = self.now()
        plain = {"iss": self.issuer, "aud": self.client_id, "iat": now, "exp": now + 120, "jti": token_urlsafe(8)}
        plain |= {"sub": "sam-1", "events": {"http://schemas.openid.net/event/backchannel-logout": {}}}
        return self.signed(_changed(plain, claims), {"typ": "logout+jwt", **(header or {})})

    def _userinfo(self, request: Request) -> Response:
        asked = self.codes.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        return _json(_changed(asked["person"], self.userinfo)) if asked else _json({}, 401)

    def _jwks(self, _request: Request) -> Response:
        return _json(self.jwks or {"keys": [key.as_dict(private=False) for key in self.published_keys]})


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_args: object) -> None:
        """Say nothing: each test looks at what it asked for."""


class Server:
    """Real HTTP on a free port of this machine, for as many providers as are asked for."""

    def __init__(self) -> None:
        self.providers: dict[str, Provider] = {}
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=_Quiet)
        self.port = self._server.port
        Thread(target=self._server.serve_forever, daemon=True).start()

    def provider(self, slug: str) -> Provider:
        """Return a new, well-behaved provider at `<slug>.localhost`."""
        host = f"{slug}.localhost:{self.port}"
        made = Provider(f"http://{host}", f"{slug}-client", f"s3cret of {slug}")
        self.providers[host] = made
        return made

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @Request.application
    def _answer(self, request: Request) -> Response:
        return self.providers[request.host](request)


def sign(header: dict, claims: dict, key: Key) -> str:
    if header.get("alg") in {"none", None}:
        return by_hand(header, claims, lambda _content: b"")
    genuine = JWSRegistry.algorithms[header["alg"]]
    return by_hand(header, claims, lambda content: genuine.sign(content, key))


def by_hand(header: object, claims: object, signer: Callable[[bytes], bytes]) -> str:
    """Return a token that no library would make."""
    content = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
    return f"{content}.{encoded(signer(content.encode()))}"


def encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _proves(verifier: str, asked: dict) -> bool:
    return encoded(sha256(verifier.encode()).digest()) == asked["code_challenge"]


def _changed(values: dict, overrides: dict) -> dict:
    return {name: value for name, value in {**values, **overrides}.items() if value is not LEFT_OUT}


def _html(body: str) -> Response:
    return Response(f"<!doctype html><title>Provider</title>{body}", content_type="text/html; charset=utf-8")


def _json(content: dict, status: int = 200) -> Response:
    return Response(json.dumps(content), status, content_type="application/json")
