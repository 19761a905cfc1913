"""The control plane: `http://<pay host>/` for people, `/control/…` for tests.

A POST takes JSON (or a form's fields) and answers the new state as JSON (a form: back to the page).
Unknown members are refused. `GET` needs no body.

=======================================  ============================================================
`GET  /control/state`                    clock, faults, webhook switches, number of objects
`GET  /control/events?limit=`            newest events of all accounts
`GET  /control/deliveries?limit=`        newest attempts to deliver: event, endpoint, try, outcome
`POST /control/faults`                   `kind` (see `faults`), `calls` (how many; without it until
                                         cleared), `prefix` of the path, `host` api|js|hooks,
                                         `milliseconds` (slow), `status` 409|429|500|503 and `code`
`POST /control/faults/clear`             all faults off
`POST /control/clock`                    `advance`: seconds; what became due is done before the answer
`POST /control/cards/renew`              `payment_method`, `exp_month`, `exp_year`, `card` (name of a
                                         test card whose number it gets): `automatically_updated`
`POST /control/cards/detach`             `payment_method`: detached with no request behind it
`POST /control/cards/begins`             `told`: whether cards have `iin`, as for the few accounts that
                                         asked for it; of cards that are typed from then on
`POST /control/webhooks`                 `delay_ms`, `duplicate` (extra copies of each), `drop` (how
                                         many of the next are lost), `reorder` (true: newest first,
                                         within a second), `signature_age` (seconds); what is not sent
                                         stays as it is
`POST /control/webhooks/roll`            `secret`: new secret of the platform's endpoint; the old one
                                         signs too
`POST /control/webhooks/resend`          `event`, `copies` (1): sent again to all who wanted it
`POST /control/refunds`                  `refund`, `outcome` succeeded|failed: how a refund ends
`POST /control/accounts`                 `account`, `outcome` approved|restricted
`POST /control/disputes`                 `charge`: the cardholder's bank takes the money back
`POST /control/disputes/close`           `dispute`, `outcome` won|lost
`POST /control/reset`                    everything forgotten: objects, clock, faults, switches
=======================================  ============================================================
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox.pay import bankwork, forms, furnish, jobs, onboarding_page
from sandbox.pay.deliver import Parcel, Switches
from sandbox.pay.errors import ApiError, invalid
from sandbox.pay.faults import KINDS, Fault
from sandbox.pay.forms import Shape, shape
from sandbox.pay.later import VERBS
from sandbox.pay.render import render
from sandbox.pay.state import State
from sandbox.pay.store import Record

_DESK = Path(__file__).parent / "desk"
_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
Verb = Callable[[State, dict[str, Any]], object]


def create(state: State) -> Flask:
    """Return the control plane as a Flask application."""
    app = Flask("sandbox.pay.control", static_folder=None, template_folder=str(_DESK))
    app.before_request(_same_site_only)
    app.register_error_handler(ApiError, _refusal)
    app.add_url_rule("/", "desk", lambda: _desk(state))
    app.add_url_rule("/control.css", "style", _style)
    app.add_url_rule("/control/state", "state", lambda: jsonify(describe(state)))
    app.add_url_rule("/control/events", "events", lambda: jsonify(_events(state, _limit())))
    app.add_url_rule("/control/deliveries", "deliveries", lambda: jsonify(_deliveries(state, _limit())))
    onboarding_page.add(app, state)
    for path, (verb, expected) in _POSTS.items():
        app.add_url_rule(f"/control/{path}", path, _post(state, verb, expected), methods=["POST"])
    return app


def describe(state: State) -> Record:
    """Return what `GET /control/state` answers."""
    with state.lock:
        names = ("customer", "payment_method", "setup_intent", "payment_intent", "event")
        counts = {name: sum(len(state.store.every(account, name)) for account in state.accounts) for name in names}
        return {
            "now": state.clock.now(),
            "clock_offset": state.clock.offset,
            "accounts": list(state.accounts),
            "faults": [asdict(fault) for fault in state.faults.active()],
            "webhooks": asdict(state.courier.switches),
            "objects": counts,
        }


def _post(state: State, verb: Verb, expected: Shape) -> Callable[[], AnyResponse]:
    def view() -> AnyResponse:
        by_form = request.mimetype == "application/x-www-form-urlencoded"
        verb(state, forms.decode(_form_pairs() if by_form else _json_pairs(), expected))
        return redirect("/", 303) if by_form else jsonify(describe(state))

    return view


def _form_pairs() -> Iterable[tuple[str, str]]:
    # A form sends its empty fields too; for the control plane they are not there.
    return [(name, value) for name, value in request.form.items() if value]


def _json_pairs() -> Iterable[tuple[str, str]]:
    sent = request.get_json(silent=True) if request.data else {}
    if not isinstance(sent, dict):
        raise invalid("Send a JSON object.", param="body")
    return [(name, str(value).lower() if isinstance(value, bool) else str(value)) for name, value in sent.items()]


def _same_site_only() -> AnyResponse | None:
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin and origin.partition("://")[2] != request.host:
        return Response("Only this page may change the service.", status=403)
    return None


def _refusal(error: Exception) -> AnyResponse:
    if not isinstance(error, ApiError):
        raise error
    answer = jsonify({"error": error.error})
    answer.status_code = error.status
    return answer


def _limit() -> int:
    return request.args.get("limit", 50, type=int)


def _events(state: State, limit: int) -> list[Record]:
    with state.lock:
        events = [event for account in state.accounts for event in state.store.every(account, "event")]
        newest = sorted(events, key=lambda event: event["created"])[::-1][:limit]
        return [render(event) for event in newest]


def _deliveries(state: State, limit: int) -> list[Record]:
    return list(state.courier.attempts)[::-1][:limit]


def _desk(state: State) -> AnyResponse:
    with state.lock:
        methods = [
            render(method)
            for account in state.accounts
            for method in state.store.every(account, "payment_method")
            if method["customer"]
        ]
    shown = describe(state)
    page = render_template(
        "control.html",
        state=shown,
        now=f"{datetime.fromtimestamp(shown['now'], UTC):%-d %B %Y, %H:%M:%S} UTC",
        kinds=KINDS,
        methods=methods[::-1][:20],
        events=_events(state, 20),
        deliveries=_deliveries(state, 20),
    )
    return Response(page, headers={"Content-Security-Policy": _POLICY})


def _style() -> AnyResponse:
    return Response((_DESK / "control.css").read_bytes(), mimetype="text/css")


def _fault(state: State, params: dict[str, Any]) -> None:
    fault = Fault(params["kind"], params.pop("calls", None), status=params.get("status") or 500)
    for name in ("prefix", "host", "milliseconds", "code"):
        if params.get(name) is not None:
            setattr(fault, name, params[name])
    state.faults.add(fault)


def _clear_faults(state: State, params: dict[str, Any]) -> None:
    _ = params
    state.faults.clear()


def _clock(state: State, params: dict[str, Any]) -> None:
    state.move_clock(params["advance"])
    jobs.run_due(state, VERBS)


def _begins(state: State, params: dict[str, Any]) -> None:
    with state.work() as work:
        work.put({"id": "iin", "object": "grant", "told": params["told"]})


def _webhooks(state: State, params: dict[str, Any]) -> None:
    switches = state.courier.switches
    if "delay_ms" in params:
        switches.delay = params.pop("delay_ms") / 1000
    for name, value in params.items():
        setattr(switches, name, value)


def _roll(state: State, params: dict[str, Any]) -> None:
    with state.work() as work:
        endpoint = work.find("webhook_endpoint", furnish.default_endpoint(state))
        endpoint["_old_secrets"].append(endpoint["_secret"])
        endpoint["_secret"] = params["secret"]
        work.put(endpoint)


def _resend(state: State, params: dict[str, Any]) -> None:
    account = bankwork.home_of(state, "event", params["event"])
    with state.work(account) as work:
        places = work.find("event", params["event"])["_sent_to"]
    for _ in range(params.get("copies", 1)):
        for home, endpoint in places:
            state.courier.resend(Parcel(0, 0, account, params["event"], home, endpoint))


def _reset(state: State, params: dict[str, Any]) -> None:
    _ = params
    with state.lock:
        state.store.clear()
        state.clock.offset = 0
        state.faults.clear()
        state.courier.forget()
        state.courier.switches = Switches()
        furnish.furnish(state)


_POSTS: dict[str, tuple[Verb, Shape]] = {
    "faults": (
        _fault,
        shape(
            "kind:" + "|".join(KINDS) + "!",
            "calls:int",
            "prefix",
            "host:api|js|hooks",
            "milliseconds:int",
            "status:int",
            "code",
        ),
    ),
    "faults/clear": (_clear_faults, shape()),
    "clock": (_clock, shape("advance:int!")),
    "cards/renew": (bankwork.renew, shape("payment_method!", "exp_month:int", "exp_year:int", "card")),
    "cards/begins": (_begins, shape("told:bool!")),
    "cards/detach": (bankwork.take_back, shape("payment_method!")),
    "webhooks": (
        _webhooks,
        shape("delay_ms:int", "duplicate:int", "drop:int", "reorder:bool", "signature_age:int"),
    ),
    "webhooks/roll": (_roll, shape("secret!")),
    "webhooks/resend": (_resend, shape("event!", "copies:int")),
    "refunds": (bankwork.end_refund, shape("refund!", "outcome:succeeded|failed!")),
    "accounts": (bankwork.judge_account, shape("account!", "outcome:approved|restricted!")),
    "disputes": (bankwork.dispute, shape("charge!")),
    "disputes/close": (bankwork.end_dispute, shape("dispute!", "outcome:won|lost!")),
    "reset": (_reset, shape()),
}
