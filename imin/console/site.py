"""The operators' admin site."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib.admin import AdminSite
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from imin.console.forms import OwnPasswordForm, SignInForm
from imin.console.operators import must_choose

View = Callable[..., HttpResponseBase]
_ROOMS = {
    "brokers": "Brokers",
    "customers": "Customers",
    "payments": "Payments",
    "identity": "Signing in",
    "auth": "Operators",
    "admin": "What operators did",
    "ground": "Outbox",
    "procrastinate": "Jobs",
}
_WITHOUT_OWN_PASSWORD = {"password_change", "logout", "jsi18n"}


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
        order = list(_ROOMS)
        return sorted(rooms, key=lambda room: order.index(room["app_label"]) if room["app_label"] in order else 99)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002 Django's signature
        """Send an operator with a one-time password to choose an own one, whatever page was asked for."""
        guarded: View = super().admin_view(view, cacheable)

        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            asked = request.resolver_match.url_name if request.resolver_match else None
            if asked not in _WITHOUT_OWN_PASSWORD and must_choose(request.user):
                return redirect("admin:password_change")
            return guarded(request, *args, **kwargs)

        return answer

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
        """Add whether the operator must still choose a password; then the pages have no menu."""
        waiting = must_choose(request.user)
        context = {**super().each_context(request), "must_choose": waiting}
        return {**context, "is_nav_sidebar_enabled": False, "available_apps": []} if waiting else context
