"""The roots of every error that a person may see: each class has a status, a type and a kind sentence.

Retry-later and tell-the-person never share a class. Listed in docs/reference/errors.md.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class IminError(Exception):
    """Something that a person is told about. `message` is for them; `str()` is for the log."""

    status = 500
    type = "InternalError"
    message: "str | Promise" = _("Something went wrong on our side. Nothing was changed.")
    retry_after_seconds: int | None = None


class ToldError(IminError):
    """The person can do something about it, and the message says what."""

    status = 422


class RetryLaterError(IminError):
    """Nothing is wrong with the request; the same thing may work in a moment."""

    status = 503
    type = "TemporarilyUnavailableError"
    retry_after_seconds: int | None = 60
    message: "str | Promise" = _(
        "This is taking longer than it should. Nothing was changed. Please try again in a minute."
    )


class DatabaseAwayError(RetryLaterError):
    """PostgreSQL does not answer, and nothing had been begun."""

    type = "DatabaseAwayError"
    message = _("We cannot reach our records just now. Nothing was saved. Please try again in a minute.")


class PerhapsSavedError(DatabaseAwayError):
    """PostgreSQL went away while something was being saved; what is half-done the worker finishes."""

    message = _(
        "We cannot reach our records just now, so we do not know whether this was saved. Please look at your cards in "
        "a minute before you try again."
    )
