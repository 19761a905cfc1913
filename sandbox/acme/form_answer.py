"""Answering a client by a form that the browser submits (OAuth 2.0 Form Post Response Mode)."""

from base64 import b64encode
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

from flask import Response, make_response, render_template, request

SUBMIT = "document.getElementById('answer').submit()"
SUBMIT_HASH = b64encode(sha256(SUBMIT.encode()).digest()).decode()


def in_the_asked_mode(answer: Response) -> Response:
    """Return the redirect `answer`, or a page with a form that says the same where the client asked for one."""
    if request.values.get("response_mode") != "form_post" or "Location" not in answer.headers:
        return answer
    there = urlsplit(answer.headers["Location"])
    action = there._replace(query="").geturl()
    return make_response(render_template("answer.html", action=action, fields=parse_qsl(there.query), submit=SUBMIT))
