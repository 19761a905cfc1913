"""Setting up a Broker in the operators' console: one page with its domain, looks and sign-in."""

import json
from base64 import b64encode
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from imin.brokers import claim, client_keys
from imin.brokers.forms import BrandingForm, BrokerForm, DomainForm, DomainFormSet, OpenIdSettingsForm
from imin.brokers.front_door import forget
from imin.brokers.models import BlockedByPolicy, Branding, Broker, Domain, OpenIdSettings
from imin.ground import clock, hosts
from imin.ground.admin import ReadOnlyAdmin
from imin.ground.database import role
from imin.ground.security import allow_in_policy

VALUES_TO_GIVE = {
    "Redirect URI": "/oidc/callback",
    "Post-logout redirect URI": "/oidc/signed-out",
    "Back-channel logout URI": "/oidc/back-channel-logout",
    "Initiate login URI": "/oidc/login",
    "JWKS URI (for private_key_jwt)": "/oidc/jwks",
    "Link for the Customer's dashboard": "/edit",
}


REMOVAL = (
    "Deleting a domain stops its pages at once and keeps its name from other Brokers for "
    f"{claim.QUARANTINE.days} days. Another name is another domain, with new records."
)


class DomainInline(admin.StackedInline):  # type: ignore[type-arg]
    """The Broker's host names, one for each product."""

    model = Domain
    form = DomainForm
    formset = DomainFormSet
    max_num = len(Domain.Product)
    extra = 1
    fieldsets = [(None, {"fields": ["host", "product", "condition", "records"], "description": REMOVAL})]
    readonly_fields = ["condition", "records"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Leave out removed domains: their rows only keep the name in quarantine."""
        return super().get_queryset(request).exclude(state=Domain.State.REMOVED)

    @admin.display(description="State")
    def condition(self, domain: Domain) -> str:
        """Say the domain's state, since when, and what the last check found."""
        if not domain.pk:
            return "Pending, once it is saved."
        return f"{domain.get_state_display()} (since {domain.state_since:%-d %B %Y}). {domain.problem}"

    @admin.display(description="DNS records that the Broker sets")
    def records(self, domain: Domain) -> str:
        """List the two records, ready to be copied."""
        if not domain.pk:
            return "They stand here once the domain is saved."
        rows = ((f"{kind} record: {part}", text) for kind, part, text in domain.dns_records)
        return format_html('<dl class="values-to-give">{}</dl>', _rows(rows))


class BrandingInline(admin.StackedInline):  # type: ignore[type-arg]
    """The Broker's looks."""

    model = Branding
    form = BrandingForm
    verbose_name = "Looks"
    verbose_name_plural = "Looks"
    readonly_fields = ["present_logo"]
    fields = [
        "primary",
        "primary_dark",
        "font",
        "corners",
        "present_logo",
        "new_logo",
        "remove_logo",
        "languages",
        "default_language",
        "texts",
    ]

    @admin.display(description="Logo")
    def present_logo(self, looks: Branding) -> str:
        """Show the stored logo on a light and on a dark page."""
        if not looks.logo:
            return "None: pages show the Broker's name."
        source = f"data:{looks.logo_type};base64,{b64encode(bytes(looks.logo)).decode()}"
        return format_html(
            '<span class="logo-preview"><img class="on-light" src="{0}" alt="Logo on a light page">'
            '<img class="on-dark" src="{0}" alt="Logo on a dark page"></span>',
            source,
        )


class OpenIdSettingsInline(admin.StackedInline):  # type: ignore[type-arg]
    """The Broker's OpenID Provider, and what must be entered there for us."""

    model = OpenIdSettings
    form = OpenIdSettingsForm
    readonly_fields = ["client_keys", "values_to_give"]
    fields = [
        "issuer",
        "client_id",
        "authentication",
        "new_client_secret",
        "client_key_algorithm",
        "client_key",
        "client_keys",
        "response_mode",
        "scope",
        "algorithm",
        "customer_identifier_claim",
        "match_verified_email",
        "create_accounts",
        "logout_without_type",
        "step_up_max_age",
        "step_up_acr_values",
        "values_to_give",
    ]

    @admin.display(description="Our public keys")
    def client_keys(self, sign_in: OpenIdSettings) -> str:
        """Show each published key, for providers where it is pasted in and not fetched."""
        keys = client_keys.published(sign_in.broker_id, now=clock.now()) if sign_in.broker_id else []
        if not keys:
            return "None: no key was made yet."
        shown = ((f"{key.signs_from:%-d %B %Y, %H:%M} UTC", json.dumps(key.public_key)) for key in keys)
        return format_html(
            '<dl class="values-to-give">{}</dl>',
            format_html_join(
                "", '<div><dt>Signs from {0}</dt><dd><code data-copy="Public key">{1}</code></dd></div>', shown
            ),
        )

    @admin.display(description="Values to give to the Broker's provider")
    def values_to_give(self, sign_in: OpenIdSettings) -> str:
        """List each address of ours that the Broker's side must know, ready to be copied."""
        domain = claim.live_domain(sign_in.broker_id, Domain.Product.CARDS)
        if not domain:
            return "They stand here once the Broker has a domain for Card Details: save first."
        origin = hosts.origin(domain.host)
        rows = ((name, origin + path) for name, path in VALUES_TO_GIVE.items())
        return format_html('<dl class="values-to-give">{}</dl>', _rows(rows))


def _rows(values: Iterable[tuple[str, str]]) -> SafeString:
    return format_html_join("", '<div><dt>{0}</dt><dd><code data-copy="{0}">{1}</code></dd></div>', values)


@admin.register(Broker)
class BrokerAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Brokers, each with everything that operators set for it on one page."""

    form = BrokerForm
    inlines = [DomainInline, BrandingInline, OpenIdSettingsInline]
    actions = None
    prepopulated_fields = {"slug": ["name"]}
    list_display = ["name", "slug", "hosts", "active", "created_at"]
    list_filter = ["active", "domains__state"]
    search_fields = ["name", "slug", "domains__host"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "active", "dashboard_url"]}),
        ("Limits", {"fields": ["session_idle_minutes", "session_hours", "max_cards"]}),
        ("Card testing", {"fields": ["failed_cards_challenge", "failed_cards_stop"]}),
        ("Mail", {"fields": ["card_reminders", "card_notices", "mail_reply_to", "alert_mail"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Fetch the host names with the Brokers."""
        return super().get_queryset(request).prefetch_related("domains")

    @admin.display(description="Domains")
    def hosts(self, broker: Broker) -> str:
        """Name the Broker's hosts."""
        live = [domain for domain in broker.domains.all() if domain.state != Domain.State.REMOVED]
        return ", ".join(f"{domain.host} ({domain.state})" for domain in live)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Let the preview of the looks stand in a frame of this page."""
        allow_in_policy(request, frame_src=["'self'"])
        pages = [(code, label) for code, (label, _path) in settings.PREVIEWS.items()]
        values = {**context, "preview_pages": pages, "preview_languages": settings.LANGUAGES}
        return super().render_change_form(request, values, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        """Store domains, looks and sign-in; this process sees the change at once, others within seconds."""
        super().save_related(request, form, formsets, change)
        transaction.on_commit(forget, using=role())

    def delete_model(self, request: HttpRequest, obj: Broker) -> None:
        """Delete the Broker; its host names answer 404 at once in this process."""
        super().delete_model(request, obj)
        transaction.on_commit(forget, using=role())

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Refuse, kindly, to delete a Broker that has Customers: their cards and records stand on it."""
        broker = self.get_object(request, object_id)
        if broker and self.get_deleted_objects([broker], request)[3]:
            messages.error(
                request,
                f"{broker.name} has Customers, so it cannot be deleted. Untick “Active” instead: its pages then "
                "answer 404 and nothing is lost.",
            )
            return redirect("admin:brokers_broker_change", object_id)
        if broker and (kept := claim.names_kept(broker_id=broker.id, now=clock.now())):
            messages.error(
                request,
                f"{broker.name} cannot be deleted while {kept} is its domain or in quarantine, {claim.QUARANTINE.days} "
                "days after it was removed: the record that keeps the name from other Brokers would go too. Untick "
                "“Active” instead.",
            )
            return redirect("admin:brokers_broker_change", object_id)
        return super().delete_view(request, object_id, extra_context)


@admin.register(BlockedByPolicy)
class BlockedByPolicyAdmin(ReadOnlyAdmin):
    """What browsers said that they were kept from loading: mostly extensions of theirs, now and then an attack."""

    fields = ["broker", "day", "directive", "blocked", "count", "last_at"]
    list_display = ["day", "broker", "directive", "blocked", "count", "last_at"]
    list_filter = ["directive", "broker"]
    list_select_related = ["broker"]
    search_fields = ["blocked"]
    ordering = ["-day", "-count"]
