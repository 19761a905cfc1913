"""Proof that a form was sent from our own page (cross-site request forgery)."""

import secrets

from flask import request
from flask import session as cookie

FIELD = "form_token"


def token() -> str:
    """Return this browser's form token, made when first asked for."""
    value: str = cookie.setdefault("form_token", secrets.token_urlsafe(24))
    return value


def genuine() -> bool:
    """Say whether this request carries its own browser's form token."""
    sent = request.form.get(FIELD, "")
    return bool(sent) and same(sent, cookie.get("form_token", ""))


def same(one: str, other: str) -> bool:
    """Compare two secrets in a time that tells nothing about them."""
    return secrets.compare_digest(one.encode(), other.encode())
