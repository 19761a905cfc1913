"""What was chosen in a form from things that have an id."""

from uuid import UUID

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest


def chosen_id(request: HttpRequest, name: str) -> UUID | None:
    """Return the id that the form carries under `name`, None when nothing was chosen.

    Raises `SuspiciousOperation`, which is answered with 400, for what no form of ours sends.
    """
    given = request.POST.get(name, "")
    if not given:
        return None
    try:
        return UUID(given)
    except ValueError:
        raise SuspiciousOperation(f"{name} is no id.") from None
