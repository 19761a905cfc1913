"""The version of a card that a form was made from, so that the second of two tabs sees the newer state."""

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest


def version_of(request: HttpRequest) -> int:
    """Return the version that the form carries.

    Raises `SuspiciousOperation`, which is answered with 400, when the form is not one of ours.
    """
    given = request.POST.get("version", "")
    if not (given.isascii() and given.isdigit() and len(given) <= 9):
        raise SuspiciousOperation("The form carries no card version.")
    return int(given)
