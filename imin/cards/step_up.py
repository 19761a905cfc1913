"""Before a card is added or removed, a Broker may want its provider to ask the person once more."""

from functools import wraps
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from imin.cards import failures
from imin.cards.door import View, Visit
from imin.identity import step_up
from imin.identity.discovery import settings_of
from imin.identity.errors import StepUpNeededError
from imin.identity.start import begin


def sure_who(view: View) -> View:
    """Let the view go on only after a sign-in as late and as strong as the Broker's settings say.

    A page that was opened leads through the provider and comes back; a form is told that nothing was saved.
    """

    @wraps(view)
    def answer(visit: Visit, **ids: UUID) -> HttpResponse:
        settings = settings_of(visit.tenant.broker_id)
        if not step_up.needed(visit.session, settings, now=visit.now):
            return view(visit, **ids)
        if visit.request.method == "GET":
            hint = visit.session.login_hint
            return begin(visit.request, return_path=visit.request.path, silent=False, login_hint=hint, step_up=True)
        return _asked_again(visit)

    return answer


def _asked_again(visit: Visit) -> HttpResponse:
    needed = StepUpNeededError()
    if failures.wants_json(visit.request):
        return failures.refusal(needed)
    return failures.problem(
        visit.request,
        title=_("Please sign in once more"),
        message=str(needed.message),
        status=needed.status,
        onward=visit.request.path,
        onward_label=_("Continue with %(broker)s") % {"broker": visit.tenant.name},
        signed_in_as=visit.wallet.name,
    )
