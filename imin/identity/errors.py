"""Everything that can go wrong while signing in: what the person reads, and what the log gets.

Listed in docs/reference/errors.md. `%(broker)s` in a sentence is the Broker's name.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imin.ground.errors import IminError, RetryLaterError, ToldError


class FailedSignInError(IminError):
    """Signing in stopped. The text given is the cause, for the log alone: never a token, code or secret.

    `rule` and `paragraph` say which check stopped it and where that check is written; the runner of the checks
    fills them in.
    """

    title: "str | Promise" = _("Signing in did not work")
    rule = ""
    paragraph = ""


class NotSignedInError(FailedSignInError, ToldError):
    """The provider would have to ask the person something (OpenID Connect Core 3.1.2.6). A page, not a fault."""

    status = 200
    type = "NotSignedInError"
    title = _("You are not signed in at %(broker)s")
    message = _("Your cards are kept with your %(broker)s account. Sign in there, and you come straight back here.")


class DeclinedSignInError(FailedSignInError, ToldError):
    """The person, or the provider for them, said no (`access_denied`, RFC 6749 4.1.2.1)."""

    status = 403
    type = "DeclinedSignInError"
    title = _("You did not sign in")
    message = _("%(broker)s told us that signing in was cancelled. Nothing was changed.")


class UnknownSignInError(FailedSignInError, ToldError):
    """The browser came back without a sign-in that it had begun here, on this very host."""

    status = 400
    type = "UnknownSignInError"
    title = _("This sign-in was not started here")
    message = _(
        "Either it was started in another browser, or your browser did not keep our cookie. Please start again."
    )


class UsedSignInError(FailedSignInError, ToldError):
    """The sign-in, or the provider's code, was used before; mostly the browser's “back”."""

    status = 400
    type = "UsedSignInError"
    title = _("This page was already used")
    message = _("You probably came back to it with your browser’s “back” button. Please carry on from here.")


class ExpiredSignInError(FailedSignInError, ToldError):
    """The person came back after more than ten minutes."""

    status = 400
    type = "ExpiredSignInError"
    title = _("Signing in took too long")
    message = _("For your safety a sign-in has to be finished within ten minutes. Please start again.")


class NotNavigatedError(FailedSignInError, ToldError):
    """A frame, a script or a prefetch asked for what only a person who opens a page may start."""

    status = 403
    type = "NotNavigatedError"
    title = _("Please open this page by itself")
    message = _("Signing in with %(broker)s only works in a tab of its own.")


class LoginLinkError(FailedSignInError, ToldError):
    """A link asks for a sign-in at another provider, or leads to a page that is not this host's."""

    status = 400
    type = "LoginLinkError"
    title = _("This link does not lead here")
    message = _("The link that brought you here is not one that we follow. Nothing was changed.")


class TooManySignInsError(FailedSignInError, RetryLaterError):
    """More sign-ins were begun from one address, or at one Broker, than people begin."""

    status = 429
    type = "TooManySignInsError"
    title = _("Too many sign-ins at once")
    message = _("Somebody in your network, or many people at once, are signing in. Please try again in a minute.")

    def __init__(self, cause: str, retry_after_seconds: int | None) -> None:
        super().__init__(cause)
        self.retry_after_seconds = retry_after_seconds


class NotAdmittedError(FailedSignInError, ToldError):
    """The provider vouches for the person, but there is no account here that they may use."""

    status = 403
    type = "NotAdmittedError"
    title = _("There is no account for you here yet")
    message = _("You are signed in at %(broker)s, but cards cannot be kept for your account. Please ask %(broker)s.")


class StepUpFailedError(FailedSignInError, ToldError):
    """The provider did not ask the person again, or not in a way that the Broker demands."""

    status = 403
    type = "StepUpFailedError"
    title = _("We could not make sure that it is you")
    message = _(
        "For your safety %(broker)s wants you to sign in once more before a card is added or removed, and that did not "
        "happen. Nothing was changed."
    )


class StepUpNeededError(ToldError):
    """The form of somebody whom the provider must ask again first (RFC 9470)."""

    status = 401
    type = "StepUpNeededError"
    message = _("For your safety, please sign in once more. Nothing was saved.")


class ProviderDownError(FailedSignInError, RetryLaterError):
    """The provider does not answer, or says that it cannot just now."""

    type = "ProviderDownError"
    title = _("%(broker)s’s sign-in does not answer")
    message = _("Nothing was changed. Please try again in a minute.")


class ProviderRefusedError(FailedSignInError, ToldError):
    """The provider answered with an error that the person can do nothing about."""

    status = 502
    type = "ProviderRefusedError"
    title = _("%(broker)s could not sign you in")
    message = _("%(broker)s’s sign-in answered with an error. Please try again; if it stays, tell %(broker)s.")


class WrongAnswerError(FailedSignInError, ToldError):
    """The provider's answer breaks a rule, so nothing in it is believed."""

    status = 502
    type = "WrongAnswerError"
    title = _("We could not be sure that it is you")
    message = _("The answer of %(broker)s’s sign-in was not as it must be, so we did not use it. Please try again.")


class NotSetUpError(FailedSignInError, ToldError):
    """The Broker has no sign-in settings yet."""

    status = 503
    type = "NotSetUpError"
    title = _("Signing in is not set up yet")
    message = _("%(broker)s still has to finish its settings. Please come back later.")
