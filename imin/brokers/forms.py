"""The forms in which an operator sets up a Broker: each refusal stands beside its field and says what to change."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from imin.brokers import addresses, claim, client_keys, logo, texts
from imin.brokers.models import Branding, Broker, Domain, OpenIdSettings
from imin.brokers.texts_field import TextsField
from imin.ground import clock, hosts

_WIDE = {"class": "vLargeTextField", "spellcheck": "false"}


class BrokerForm(forms.ModelForm):  # type: ignore[type-arg]
    """The Broker itself."""

    dashboard_url = forms.CharField(
        label="Broker Customer Dashboard URL",
        max_length=200,
        help_text="Where “Back to my account” leads, and where a Customer goes after signing out.",
        widget=forms.URLInput(attrs=_WIDE),
    )

    class Meta:
        model = Broker
        fields = [
            "name",
            "slug",
            "active",
            "dashboard_url",
            "session_idle_minutes",
            "session_hours",
            "max_cards",
            "failed_cards_challenge",
            "failed_cards_stop",
            "card_reminders",
            "card_notices",
            "mail_reply_to",
            "alert_mail",
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse a stop that would come before the challenges."""
        values: dict[str, Any] = super().clean() or {}
        challenge, stop = values.get("failed_cards_challenge"), values.get("failed_cards_stop")
        if challenge and stop and stop <= challenge:
            self.add_error("failed_cards_stop", f"Enter more than {challenge}: challenges come first.")
        return values

    def clean_dashboard_url(self) -> str:
        """Refuse what is not a web address over TLS."""
        return _address(addresses.web_address, self.cleaned_data["dashboard_url"])


class DomainForm(forms.ModelForm):  # type: ignore[type-arg]
    """A host name of the Broker; another name is another domain, with a proof of its own."""

    class Meta:
        model = Domain
        fields = ["host", "product"]

    def clean_host(self) -> str:
        """Return the name as it is compared; refuse one that is taken, and say by whom."""
        try:
            host = hosts.normalise(self.cleaned_data["host"])
            if host != self.initial.get("host"):
                claim.demand_free(host=host, broker_id=self.instance.broker_id, now=clock.now())
        except (hosts.BadHostError, claim.TakenHostError) as error:
            raise ValidationError(str(error)) from None
        return host

    def save(self, commit: bool = True) -> Domain:  # noqa: FBT001, FBT002 Django's own signature
        """Store the domain; under a changed name the old one is removed first."""
        if self.instance.pk and self.instance.host != self.initial.get("host"):
            claim.remove(domain=Domain.objects.get(pk=self.instance.pk), now=clock.now())
            self.instance = Domain(
                broker_id=self.instance.broker_id, host=self.instance.host, product=self.instance.product
            )
        stored: Domain = super().save(commit)
        return stored


class DomainFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The Broker's live domains; what is deleted here is removed, and its name goes into quarantine."""

    def delete_existing(self, obj: Any, commit: bool = True) -> None:  # noqa: FBT001, FBT002 Django's own signature
        """Remove the domain."""
        if commit:
            claim.remove(domain=obj, now=clock.now())


def _colour(label: str, initial: str) -> forms.RegexField:
    return forms.RegexField(
        r"^#[0-9a-fA-F]{6}$",
        label=label,
        initial=initial,
        widget=forms.ColorInput(),
        error_messages={"invalid": "A colour is written #rrggbb."},
    )


class BrandingForm(forms.ModelForm):  # type: ignore[type-arg]
    """The Broker's looks; a logo's file is read and encoded again, never kept as it came."""

    primary = _colour("Main colour", "#1d4ed8")
    primary_dark = _colour("Main colour on dark pages", "#93b4ff")
    new_logo = forms.FileField(
        required=False,
        help_text="PNG, JPEG or WebP, at most 100 KB. Made smaller when a side is longer than 800 pixels.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    remove_logo = forms.BooleanField(required=False, label="Remove the logo")
    languages = forms.MultipleChoiceField(
        required=False,
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple(),
        label="Languages that are offered",
        help_text="What Customers can choose between. None ticked: every language there is.",
    )
    texts = TextsField(
        required=False,
        label="Texts on the pages",
        help_text=f"Plain text, at most {texts.MOST_CHARACTERS} characters each. A person sees their own language, "
        "else English. Leave empty what should not be there.",
    )

    class Meta:
        model = Branding
        fields = ["primary", "primary_dark", "font", "corners", "languages", "default_language", "texts"]

    def clean_new_logo(self) -> logo.Logo | None:
        """Return the picture as it will be kept, or None when none was sent."""
        file: UploadedFile[bytes] | None = self.cleaned_data["new_logo"]
        if not file:
            return None
        try:
            return logo.read(file.read())
        except logo.BadLogoError as error:
            raise ValidationError(str(error)) from None

    def draft(self) -> Branding:
        """Return the looks as they would be stored, with the new logo or without one when it is to be removed."""
        looks: Branding = self.instance
        new: logo.Logo | None = self.cleaned_data.get("new_logo")
        if new:
            looks.logo, looks.logo_type = new.data, new.media_type
        elif self.cleaned_data.get("remove_logo"):
            looks.logo, looks.logo_type = b"", ""
        return looks

    def save(self, commit: bool = True) -> Branding:  # noqa: FBT001, FBT002 Django's own signature
        """Store the looks."""
        self.draft()
        looks: Branding = super().save(commit)
        return looks


class OpenIdSettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """How the Broker's Customers sign in; the client secret goes in and never comes out."""

    issuer = forms.CharField(
        max_length=300,
        help_text="Exactly as in the provider's discovery document, also its last slash.",
        widget=forms.URLInput(attrs=_WIDE),
    )
    new_client_secret = forms.CharField(
        label="Client secret",
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "vTextField"}),
    )
    client_key = forms.ChoiceField(
        label="Client key",
        required=False,
        choices=[
            ("", "Keep"),
            ("next", "Make the next one: published now, signs from tomorrow"),
            ("replace", "Replace at once: somebody else may know the present one"),
        ],
        help_text="For private_key_jwt. The first key is made when these settings are saved.",
    )

    class Meta:
        model = OpenIdSettings
        fields = [
            "issuer",
            "client_id",
            "authentication",
            "client_key_algorithm",
            "response_mode",
            "scope",
            "algorithm",
            "customer_identifier_claim",
            "match_verified_email",
            "create_accounts",
            "logout_without_type",
            "step_up_max_age",
            "step_up_acr_values",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = bool(self.instance.client_secret_encrypted)
        self.fields["new_client_secret"].help_text = (
            "Set. It is never shown; type another one to replace it." if known else "Not set yet."
        )

    def clean_issuer(self) -> str:
        """Refuse what cannot be an issuer."""
        return _address(addresses.issuer, self.cleaned_data["issuer"])

    def clean_scope(self) -> str:
        """Refuse a scope without `openid` (OpenID Connect Core 1.0, section 3.1.2.1)."""
        scope = " ".join(str(self.cleaned_data["scope"]).split())
        if "openid" not in scope.split():
            raise ValidationError("The scope needs “openid”.")
        return scope

    def clean(self) -> dict[str, Any]:
        """Demand a secret where one is sent."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        by_secret = given.get("authentication") != OpenIdSettings.Authentication.PRIVATE_KEY
        if by_secret and not given.get("new_client_secret") and not self.instance.client_secret_encrypted:
            self.add_error(
                "new_client_secret", "The provider gave a client secret together with the client id; it is needed."
            )
        return given

    def clean_step_up_acr_values(self) -> str:
        """Return the names with one blank between them."""
        return " ".join(str(self.cleaned_data["step_up_acr_values"]).split())

    def save(self, commit: bool = True) -> OpenIdSettings:  # noqa: FBT001, FBT002 Django's own signature
        """Store the settings; a typed secret is encrypted, an empty field keeps the one there is."""
        if self.cleaned_data["new_client_secret"]:
            self.instance.client_secret = self.cleaned_data["new_client_secret"]
        stored: OpenIdSettings = super().save(commit)
        self._make_key(stored)
        return stored

    def _make_key(self, stored: OpenIdSettings) -> None:
        now = clock.now()
        if self.cleaned_data["client_key"] == "next":
            client_keys.make_next(stored, now=now)
        elif self.cleaned_data["client_key"] == "replace":
            client_keys.replace(stored, now=now)
        elif stored.authentication == OpenIdSettings.Authentication.PRIVATE_KEY:
            client_keys.make_first(stored, now=now)


def _address(check: Callable[[str], str], text: str) -> str:
    try:
        return check(text)
    except addresses.BadAddressError as error:
        raise ValidationError(str(error)) from None
