"""The pages on which an operator sets up the second factor, shows it, and looks after it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from imin.console import audit, known_browser, second_factor, throttle
from imin.console.forms import too_many
from imin.console.gate import has_verified, next_step, put_off
from imin.ground import clock
from imin.ground.log import logger

Context = Callable[[HttpRequest], dict[str, Any]]
_log = logger(__name__)


class CodeForm(forms.Form):
    """A code of the authenticator app, or a recovery code."""

    code = forms.CharField(
        max_length=40,
        error_messages={"required": "Type the code."},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


def set_up(request: HttpRequest, context: Context) -> HttpResponse:
    """Show the secret, take the first code; then show the recovery codes, this once."""
    user: Any = request.user
    if second_factor.confirmed(user):
        return redirect("admin:second_factor")
    if request.method == "POST" and "later" in request.POST and settings.SECOND_FACTOR_OPTIONAL:
        put_off(request)
        audit.note("skipped the second factor", user.get_username())
        return redirect("admin:index")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        codes = second_factor.confirm(user=user, code=form.cleaned_data["code"], now=clock.now())
        if codes:
            has_verified(request)
            answer = _recovery_codes(request, context, codes)
            known_browser.remember(answer, user.get_username())
            return answer
        form.add_error("code", "That is not the present code. Wait for the next one and check the time on your device.")
    factor = second_factor.begin(user=user)
    uri = second_factor.provisioning_uri(factor)
    values = {
        "title": "Set up your second factor",
        "form": form,
        "uri": uri,
        "qr": segno.make(uri, error="m").svg_data_uri(omitsize=True, border=3),
        "secret": " ".join(factor.secret[at : at + 4] for at in range(0, len(factor.secret), 4)),
        "optional": settings.SECOND_FACTOR_OPTIONAL,
    }
    return TemplateResponse(request, "admin/second_factor_set_up.html", {**context(request), **values})


def show(request: HttpRequest, context: Context) -> HttpResponse:
    """Ask for a code after the password; later, let the operator renew codes or change the device with another."""
    user: Any = request.user
    waiting = next_step(request) == "admin:second_factor"
    form = CodeForm(request.POST or None)
    wait_seconds = 0
    if form.is_valid():
        try:
            if _is_right(user, form.cleaned_data["code"]):
                return _admit(request) if waiting else _look_after(request, context)
            form.add_error("code", "That code is wrong, has run out or was used before. Wait for the next one.")
        except throttle.WaitError as wait:
            wait_seconds = wait.seconds
            form.add_error("code", too_many(wait_seconds))
    values = {
        "title": "Second factor",
        "form": form,
        "waiting": waiting,
        "factor": second_factor.confirmed(user),
        "codes_left": second_factor.codes_left(user=user),
    }
    page = TemplateResponse(request, "admin/second_factor.html", {**context(request), **values})
    return told_to_wait(page, wait_seconds)


def told_to_wait(response: HttpResponse, seconds: int) -> HttpResponse:
    """Answer 429 with `Retry-After` where somebody has to wait (RFC 6585, section 4)."""
    if seconds:
        response.status_code = HTTPStatus.TOO_MANY_REQUESTS
        response["Retry-After"] = str(seconds)
    return response


def _is_right(user: Any, code: str) -> bool:
    counted = throttle.of_code(user_id=user.pk)
    throttle.begin(counted, now=clock.now())
    if second_factor.verify(user=user, code=code, now=clock.now()):
        throttle.succeeded(counted)
        return True
    _log.warning("operator_code_refused", operator=user.get_username())
    return False


def _admit(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    has_verified(request)
    audit.note("signed in", user.get_username())
    left = second_factor.codes_left(user=user)
    if left <= 2:
        messages.warning(request, f"You have {left} recovery codes left. Make new ones under “Second factor”.")
    answer = redirect("admin:index")
    known_browser.remember(answer, user.get_username())
    return answer


def _look_after(request: HttpRequest, context: Context) -> HttpResponse:
    user: Any = request.user
    if "replace" in request.POST:
        second_factor.reset(user=user)
        return redirect("admin:second_factor_set_up")
    return _recovery_codes(request, context, second_factor.new_recovery_codes(user=user))


def _recovery_codes(request: HttpRequest, context: Context, codes: list[str]) -> HttpResponse:
    values = {"title": "Your recovery codes", "codes": codes}
    return TemplateResponse(request, "admin/recovery_codes.html", {**context(request), **values})
