"""The security headers of every page."""

from collections.abc import Callable

from flask import Response, request

from sandbox.acme.form_answer import SUBMIT_HASH
from sandbox.acme.site import Site


def protect(site: Site) -> Callable[[Response], Response]:
    """Return what puts the headers on a response of `site`."""
    policy = "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "img-src 'self' data:",
            f"script-src 'sha256-{SUBMIT_HASH}'",
            # Browsers also check where a form's answer redirects to: signing in leads on to the client.
            f"form-action 'self' {' '.join(site.client_origins())}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )

    def add(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        if request.endpoint not in {"static", "brand.stylesheet"}:
            response.headers["Cache-Control"] = "no-store"
        return response

    return add
