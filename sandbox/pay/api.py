"""The API's HTTP side: key, version, parameters, idempotency, faults, then one endpoint."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from flask import Flask, Response, request

from sandbox.pay import expand, forms, idempotency, keys
from sandbox.pay.call import Call, Endpoint
from sandbox.pay.errors import ApiError, invalid
from sandbox.pay.faults import Fault, dropped
from sandbox.pay.idempotency import Answer, InFlight
from sandbox.pay.ids import fresh
from sandbox.pay.keys import Caller
from sandbox.pay.render import browser_view, render
from sandbox.pay.routes import ENDPOINTS
from sandbox.pay.state import State
from sandbox.pay.store import Record
from sandbox.pay.version import API_VERSION
from sandbox.pay.work import Work

_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": ("Authorization, Content-Type, Idempotency-Key, Stripe-Account, Stripe-Version"),
    "Access-Control-Expose-Headers": "Request-Id, Idempotent-Replayed, Stripe-Rate-Limited-Reason",
    "Access-Control-Max-Age": "300",
}
_LONGEST_BODY = 1024 * 1024


@dataclass(frozen=True)
class Arrival:
    """One request whose key, version and parameters are in order."""

    endpoint: Endpoint
    caller: Caller
    params: Record
    path: dict[str, str]
    request_id: str
    key: str | None
    fingerprint: str
    fault: Fault | None


def create(state: State) -> Flask:
    """Return the API as a Flask application; every answer is JSON, also a 404."""
    app = Flask("sandbox.pay.api", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _LONGEST_BODY
    in_flight = InFlight()
    for number, endpoint in enumerate(ENDPOINTS):
        app.add_url_rule(
            endpoint.path,
            str(number),
            _view(state, in_flight, endpoint),
            methods=[endpoint.method],
            provide_automatic_options=False,
        )
    app.add_url_rule("/<path:path>", "preflight", _preflight, methods=["OPTIONS"])
    app.register_error_handler(404, _unknown_route)
    app.register_error_handler(405, _unknown_route)
    return app


def _preflight(path: str) -> Response:
    _ = path
    return Response(status=204, headers=_CORS)


def _unknown_route(error: Exception) -> Response:
    _ = error
    message = f"Unrecognised address ({request.method} {request.path}). This service has a part of the API only."
    return _response(_refusal(ApiError(404, message)), fresh("req"))


def _view(state: State, in_flight: InFlight, endpoint: Endpoint) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        request_id = fresh("req")
        fault = state.faults.take("api", request.path)
        if fault is not None and fault.kind in ("down", "drop_before"):
            return dropped(request.environ)
        try:
            if fault is not None and fault.kind == "refuse":
                raise fault.refusal()
            arrival = _arrive(state, endpoint, path, request_id)
            answer = _answer(state, in_flight, replace(arrival, fault=fault))
        except ApiError as error:
            answer = _refusal(error)
        if fault is not None and fault.kind == "drop_after":
            return dropped(request.environ)
        return _response(answer, request_id)

    return view


def _arrive(state: State, endpoint: Endpoint, path: dict[str, str], request_id: str) -> Arrival:
    if request.mimetype not in ("", "application/x-www-form-urlencoded"):
        raise invalid("Parameters are sent form-encoded.", param="Content-Type")
    text = "&".join(part for part in (request.query_string.decode(), request.get_data(as_text=True)) if part)
    fields, pairs = keys.split(parse_qsl(text, keep_blank_values=True))
    caller = keys.authenticate(state, request.headers, fields)
    keys.check_version(request.headers, fields)
    if caller.publishable and not endpoint.publishable:
        message = "This call needs a secret key; a publishable key was sent."
        raise ApiError(403, message, code="secret_key_required")
    params = forms.decode(pairs, endpoint.parameters)
    expand.check(endpoint.answers, params.get("expand") or ())
    key = request.headers.get("Idempotency-Key") if endpoint.method == "POST" else None
    if key:
        idempotency.check(key)
    fingerprint = idempotency.fingerprint(state.store.secret, request.method, request.path, pairs)
    return Arrival(endpoint, caller, params, path, request_id, key or None, fingerprint, None)


def _answer(state: State, in_flight: InFlight, arrival: Arrival) -> Answer:
    if arrival.key is None:
        return _execute(state, arrival)
    account = arrival.caller.account
    in_flight.enter(account, arrival.key)
    try:
        with state.work(account) as work:
            kept = idempotency.replay(work, arrival.key, arrival.fingerprint)
        return kept or _execute(state, arrival)
    finally:
        in_flight.leave(account, arrival.key)


def _execute(state: State, arrival: Arrival) -> Answer:
    fault = arrival.fault
    if fault is not None and fault.kind == "slow":
        state.clock.pause(fault.milliseconds / 1000)
    caller = arrival.caller
    with state.work(caller.account, request_id=arrival.request_id, key=arrival.key) as work:
        try:
            if fault is not None and fault.kind == "break":
                raise fault.refusal()
            answer, begun = Answer(200, _body(_handle(work, arrival))), True
        except ApiError as error:
            answer, begun = _refusal(error, publishable=caller.publishable), not error.validation
        if arrival.key is not None and begun:
            idempotency.keep(work, arrival.key, arrival.fingerprint, answer)
    return answer


def _handle(work: Work, arrival: Arrival) -> Record:
    endpoint, publishable = arrival.endpoint, arrival.caller.publishable
    record = endpoint.handle(Call(work, arrival.params, arrival.path, publishable))
    shown = expand.apply(work, record, endpoint.answers, arrival.params.get("expand") or ())
    return browser_view(shown) if publishable else shown


def _refusal(error: ApiError, *, publishable: bool = False) -> Answer:
    shown = render(error.error)
    if publishable:
        shown = {name: browser_view(part) if isinstance(part, dict) else part for name, part in shown.items()}
    return Answer(error.status, _body({"error": shown}), headers=error.headers)


def _body(record: Record) -> str:
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def _response(answer: Answer, request_id: str) -> Response:
    response = Response(answer.body, answer.status, content_type="application/json; charset=utf-8")
    response.headers.update({**_CORS, **answer.headers})
    response.headers.update(
        {"Request-Id": request_id, "Stripe-Version": API_VERSION, "Cache-Control": "no-cache, no-store"}
    )
    return response
