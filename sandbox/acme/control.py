"""The switches of a Broker's provider over HTTP, as JSON.

- `GET /control`: the switches, and the sign-outs that clients were told of.
- `POST /control` with `{"down": true, ...}`: sets the named switches (`sandbox.acme.switches`).
- `POST /control/reset`: good health again, and the sign-outs forgotten.
- `POST /control/rotate-keys` with `{"keep_old": true}`: a new signing key.
"""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox.acme.site import Site
from sandbox.acme.switches import SwitchError


def blueprint(site: Site) -> Blueprint:
    """Return the control routes of one Broker.

    Changes must come as JSON: a page elsewhere cannot send that without asking first.
    """
    routes = Blueprint("control", __name__, url_prefix="/control")

    @routes.get("")
    def show() -> Response:
        return jsonify(switches=asdict(site.switches), notices=[asdict(notice) for notice in site.notices])

    @routes.post("")
    def change() -> ResponseReturnValue:
        changes: dict[str, Any] = request.get_json()
        try:
            site.switches.set(changes)
        except SwitchError as error:
            return jsonify(error=str(error)), 400
        return show()

    @routes.post("/reset")
    def reset() -> Response:
        request.get_json()
        site.switches.reset()
        site.notices.clear()
        return show()

    @routes.post("/rotate-keys")
    def rotate() -> Response:
        site.keys.rotate(keep_old=bool(request.get_json().get("keep_old", True)))
        return jsonify(site.keys.published().as_dict(private=False))

    return routes
