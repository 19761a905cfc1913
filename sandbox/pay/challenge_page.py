"""The page of the card's bank: it asks whether the person is who they say, and takes the answer."""

from urllib.parse import urlencode, urlsplit, urlunsplit

from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox.pay import challenge
from sandbox.pay.challenge import Challenge
from sandbox.pay.state import State

_OUTCOMES = {"complete": challenge.complete, "fail": challenge.fail}
_OVER = "This check is over"


def add_challenge(pages: Blueprint, state: State, host: str) -> None:
    """Add `/challenge/<token>` to the pages; it exists on `host` only.

    With `mode=frame` the page talks to the dialog that stripe.js opened (`channel`, `origin`); with
    `mode=redirect` it sends the browser back to the return address of the confirmation.
    """

    @pages.before_request
    def keep_to_host() -> None:
        if request.endpoint in {"browser.ask", "browser.decide"} and request.host.partition(":")[0] != host:
            abort(404)

    @pages.get("/challenge/<token>")
    def ask(token: str) -> AnyResponse:
        found = challenge.find(state, token)
        if found is None or found.over:
            return _over(found)
        return _page(
            title="Confirm that it is you",
            text=f"Your bank wants to be sure before it lets this website use the card ending in {found.last4}.",
            address=found.return_url,
        )

    @pages.post("/challenge/<token>")
    def decide(token: str) -> AnyResponse:
        found = challenge.find(state, token)
        outcome = _OUTCOMES.get(request.form.get("outcome", ""))
        if outcome is None:
            abort(400)
        if found is not None and not found.over:
            outcome(state, token)
        return _over(challenge.find(state, token))


def _over(found: Challenge | None) -> AnyResponse:
    if found is not None and request.values.get("mode") == "redirect" and found.return_url:
        return redirect(_return_address(found), 303)
    text = "Your bank has its answer. You can go back to the website that asked."
    return _page(title=_OVER, text=text, done=True, status=404 if found is None else 200)


def _page(*, title: str, text: str, done: bool = False, address: str | None = None, status: int = 200) -> Response:
    names = {name: request.values.get(name, "") for name in ("mode", "channel", "origin")}
    body = render_template("challenge/page.html", title=title, text=text, done=done, **names)
    answer = Response(body, status=status, mimetype="text/html")
    # The answer to the form may be a redirect, and browsers hold that against form-action too.
    target = f" {_origin(address)}" if address else ""
    answer.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none';"
        f" form-action 'self'{target}"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _return_address(found: Challenge) -> str:
    scheme, place, path, query, fragment = urlsplit(found.return_url or "")
    added = urlencode(
        {
            found.kind: found.intent_id,
            f"{found.kind}_client_secret": found.client_secret,
            "redirect_status": "succeeded" if found.passed else "failed",
        }
    )
    return urlunsplit((scheme, place, path, f"{query}&{added}" if query else added, fragment))


def _origin(address: str) -> str:
    scheme, place, *_ = urlsplit(address)
    return f"{scheme}://{place}"
