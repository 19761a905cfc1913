"""The control page: bad days for all requests, and the clock. `POST /control` takes the same fields as its form."""

from datetime import timedelta

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from sandbox.leisure.bad_days import FEEDS, BadDayError, BadDays, as_form, in_words, parse

_FAR = timedelta(days=366)


def blueprint(days: BadDays) -> Blueprint:
    """Return the routes `/control`; a page of another site may not use them."""
    routes = Blueprint("control", __name__)
    view = _Views(days)
    routes.before_request(_only_from_here)
    routes.add_url_rule("/control", "show", view.show)
    routes.add_url_rule("/control", "change", view.change, methods=["POST"])
    routes.add_url_rule("/control/clock", "advance", view.advance, methods=["POST"])
    return routes


def _only_from_here() -> ResponseReturnValue | None:
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
        return jsonify(error="This can be changed from its own page only."), 403
    return None


class _Views:
    def __init__(self, days: BadDays) -> None:
        self.days = days

    def show(self, problem: str = "") -> Response:
        now = self.days.state.clock.now()
        day = self.days.today
        if _wants_json():
            return jsonify(bad_day=as_form(day), now=now.isoformat(), problem=problem)
        values = {"day": day, "on": in_words(day), "feeds": FEEDS, "now": now, "problem": problem}
        return make_response(render_template("control.html", **values))

    def change(self) -> ResponseReturnValue:
        sent = {name: value for name, value in request.form.items() if value}
        try:
            self.days.today = parse(sent)
        except BadDayError as error:
            return self.show(str(error)), 400
        return self._done()

    def advance(self) -> ResponseReturnValue:
        hours = request.form.get("hours", type=float)
        if hours is None or not abs(timedelta(hours=hours)) < _FAR:
            return self.show("The clock is moved by a number of hours, at most a year."), 400
        self.days.state.clock.advance(timedelta(hours=hours))
        return self._done()

    def _done(self) -> ResponseReturnValue:
        return self.show() if _wants_json() else redirect("/control", 303)


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
