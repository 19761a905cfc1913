"""The operators' admin site."""

from functools import partial
from typing import Any, cast

from django.contrib.admin import AdminSite
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse

from imin.console import second_factor_pages
from imin.console.check_broker import check_broker
from imin.console.customer_record import EXPORTS, export, record
from imin.console.forms import OwnPasswordForm, SignInForm
from imin.console.gate import next_step
from imin.console.operators import must_choose
from imin.console.preview import preview
from imin.console.second_factor_pages import told_to_wait
from imin.ground import clock
from imin.payments.guard.lift import brokers_under_test

_ROOMS = {
    "brokers": "Brokers",
    "customers": "Customers",
    "payments": "Payments",
    "identity": "Signing in",
    "auth": "Operators",
    "console": "What operators did",
    "ground": "Background work",
    "mail": "Mail",
}


class ConsoleSite(AdminSite):
    """The admin under the platform's own name; it works as the database's owner (see `imin.site`)."""

    site_header = site_title = "imin console"
    index_title = "Brokers and what they set"
    site_url = None
    login_form = SignInForm

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """List the rooms by what operators need most often, in words that say what is in them."""
        rooms: list[Any] = super().get_app_list(request, app_label)
        for room in rooms:
            room["name"] = _ROOMS.get(room["app_label"], room["name"])
            room["models"].sort(key=lambda model: model["add_url"] is None)  # what one works on, then what one reads
        order = list(_ROOMS)
        return sorted(rooms, key=lambda room: order.index(room["app_label"]) if room["app_label"] in order else 99)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Say above all else at which Brokers somebody tries cards."""
        may_see = request.user.has_perm("payments.view_cardhold")
        tested = brokers_under_test(now=clock.now()) if may_see else []
        return super().index(request, {**(extra_context or {}), "tested": tested})

    def get_urls(self) -> list[Any]:
        """Add the second factor's pages, past which `gate` lets nobody, and the examination of a Broker."""
        steps = {
            "second-factor/": ("second_factor", second_factor_pages.show),
            "second-factor/set-up/": ("second_factor_set_up", second_factor_pages.set_up),
        }
        ours = [
            path(at, self.admin_view(partial(page, context=self.each_context)), name=name)
            for at, (name, page) in steps.items()
        ]
        check = self.admin_view(partial(check_broker, context=self.each_context))
        ours.append(path("brokers/broker/<uuid:broker_id>/check/", check, name="check_broker"))
        ours.append(path("brokers/broker/preview/", self.admin_view(preview), name="looks_preview"))
        of_customer = "customers/customer/<uuid:customer_id>/record"
        shown = self.admin_view(partial(record, context=self.each_context))
        ours.append(path(f"{of_customer}/", shown, name="customer_record"))
        ours += [
            path(f"{of_customer}/{name}", self.admin_view(partial(export, name=name)), name=name) for name in EXPORTS
        ]
        return ours + list(super().get_urls())

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Answer 429 to whoever must wait before the next password."""
        page: Any = super().login(request, {"title": "Sign in", **(extra_context or {})})
        form = getattr(page, "context_data", {}).get("form")
        return told_to_wait(page, getattr(form, "wait_seconds", 0))

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Let an operator choose a password; after a one-time password nothing else is offered."""
        view = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            template_name="admin/own_password.html",
            success_url=reverse("admin:password_change_done"),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return cast("TemplateResponse", view(request))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Add whether the operator has steps left before the console opens; then the pages have no menu."""
        waiting = next_step(request) is not None
        context = {**super().each_context(request), "must_choose": must_choose(request.user), "unfinished": waiting}
        return {**context, "is_nav_sidebar_enabled": False, "available_apps": []} if waiting else context
