"""The mailbox as a WSGI application: a list, and each mail as HTML, as plain text, and its headers.

A mail's HTML comes from elsewhere: it is shown in a frame in which no script runs and nothing is fetched.
"""

from pathlib import Path

from flask import Flask, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox.mailbox.letters import Letters, Mail

_HERE = Path(__file__).parent
_POLICY = (
    "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_LETTER_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; "
    "style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
_VIEWS = ("html", "text", "headers")


def create(folder: Path) -> Flask:
    """Return the mailbox of the mails in `folder`."""
    app = Flask("sandbox.mailbox", static_folder=str(_HERE / "static"), template_folder=str(_HERE / "pages"))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    letters = Letters(folder)

    def mail(name: str) -> Mail:
        return letters.one(name) or abort(404)

    def reading(name: str) -> str:
        view = request.args.get("as", "html")
        return render_template("mail.html", mail=mail(name), view=view if view in _VIEWS else "html", views=_VIEWS)

    def empty() -> AnyResponse:
        letters.empty()
        return redirect("/", 303)

    app.add_url_rule("/", "all", lambda: render_template("all.html", mails=letters.all()))
    app.add_url_rule("/mails/<name>", "mail", reading)
    app.add_url_rule("/mails/<name>/html", "html", lambda name: _shut_in(mail(name)))
    app.add_url_rule("/empty", "empty", empty, methods=["POST"])
    app.before_request(_own_forms_only)
    app.after_request(_protect)
    return app


def _shut_in(mail: Mail) -> Response:
    """Answer with a mail's HTML; its links open beside the mailbox."""
    html = mail.html.replace("<head>", '<head><base target="_blank">', 1)
    return Response(html, headers={"Content-Security-Policy": _LETTER_POLICY})


def _own_forms_only() -> Response | None:
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin and origin.partition("://")[2] != request.host:
        return Response("Only this page may empty the mailbox.", status=403)
    return None


def _protect(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"  # without one, browsers say `Origin: null` of its own form
    response.headers["Cache-Control"] = "no-store"
    return response
