"""The one page that stands for a seller's onboarding forms."""

from flask import Flask, redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox.pay.onboarding import submit, use
from sandbox.pay.state import State
from sandbox.pay.store import Record

_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"


def add(app: Flask, state: State) -> None:
    """Add `/onboarding/<token>`: opening it uses the link up, leaving it proves nothing."""

    @app.get("/onboarding/<token>")
    def onboard(token: str) -> Response | str:
        with state.work() as work:
            known = work.look("account_link", token)
            link = use(work, token)
            if known is None:
                return Response("There is no such link.", status=404)
            return redirect(known["_refresh_url"], 303) if link is None else _page(link)

    @app.post("/onboarding/<token>")
    def leave(token: str) -> Response:
        with state.work() as work:
            link = work.find("account_link", token)
            if request.form.get("outcome") == "submit":
                submit(work, link["_account"])
            return redirect(link["_return_url"], 303)


def _page(link: Record) -> Response:
    page = render_template("onboarding.html", account=link["_account"])
    return Response(page, mimetype="text/html", headers={"Content-Security-Policy": _POLICY})
