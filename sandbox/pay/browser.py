"""The browser's half of the payment service: its script, the fields frame and the challenge page.

Scripts are plain files, served one after the other inside one function; there is no build step.
"""

import gzip
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, abort, request

from sandbox.pay.challenge_page import add_challenge
from sandbox.pay.state import State
from sandbox.world import World

_PAGES = Path(__file__).parent / "pages"
_SHARED = ("script/channel.js", "script/api.js")
SCRIPT = (
    "script/base.js",
    *_SHARED,
    "script/intents.js",
    "script/dialog.js",
    "script/element.js",
    "script/elements.js",
    "script/confirm.js",
    "script/stripe.js",
)
FIELDS = (
    *_SHARED,
    "fields/words.js",
    "fields/cards.js",
    "fields/countries.js",
    "fields/field.js",
    "fields/form.js",
    "fields/main.js",
)
CHALLENGE = ("script/channel.js", "challenge/challenge.js")


@dataclass(frozen=True)
class Asset:
    """One file as browsers get it, plain and compressed."""

    mimetype: str
    body: bytes
    policy: str = ""

    def response(self) -> Response:
        """Return the answer to this request, 304 where the browser has it already."""
        answer = Response(self.body, mimetype=self.mimetype)
        answer.add_etag()
        if request.accept_encodings.quality("gzip"):
            answer.set_data(gzip.compress(self.body))
            answer.content_encoding = "gzip"
        answer.headers.update(
            {
                "Access-Control-Allow-Origin": "*",
                "Cache-Control": "no-cache",
                "Vary": "Accept-Encoding",
                "X-Content-Type-Options": "nosniff",
            }
        )
        if self.policy:
            answer.headers["Content-Security-Policy"] = self.policy
        answer.make_conditional(request)
        return answer


def blueprint(state: State, world: World) -> Blueprint:
    """Return the pages of `js.H` and `hooks.H`; on any other host each of them is a 404."""
    pages = Blueprint("browser", __name__, template_folder="pages")
    for path, asset in _script_assets(world).items():
        _serve(pages, f"js.{world.pay_host}", path, asset)
    for path, asset in _bank_assets().items():
        _serve(pages, f"hooks.{world.pay_host}", path, asset)
    add_challenge(pages, state, f"hooks.{world.pay_host}")
    return pages


def _serve(pages: Blueprint, host: str, path: str, asset: Asset) -> None:
    def show() -> Response:
        if request.host.partition(":")[0] != host:
            abort(404)
        return asset.response()

    pages.add_url_rule(path, endpoint=path.strip("/").replace(".", "-").replace("/", "-"), view_func=show)


def _script_assets(world: World) -> dict[str, Asset]:
    script = Asset("text/javascript", _joined(SCRIPT, guard="if (window.Stripe) return;"))
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none';"
        f" connect-src {world.origin(f'api.{world.pay_host}')}"
    )
    return {
        "/endive/stripe.js": script,
        "/v3": script,
        "/fields": Asset("text/html", _read("fields/fields.html"), policy),
        "/fields.css": Asset("text/css", _read("fields/fields.css")),
        "/fields.js": Asset("text/javascript", _joined(FIELDS)),
    }


def _bank_assets() -> dict[str, Asset]:
    return {
        "/challenge.css": Asset("text/css", _read("challenge/challenge.css")),
        "/challenge.js": Asset("text/javascript", _joined(CHALLENGE)),
    }


def _joined(names: tuple[str, ...], guard: str = "") -> bytes:
    # Inside one function the parts see each other, and the embedding page sees none of them.
    parts = [_read(name) for name in names]
    return b"\n".join([b"(() => {\n'use strict';", guard.encode(), *parts, b"})();\n"])


def _read(name: str) -> bytes:
    return (_PAGES / name).read_bytes()
