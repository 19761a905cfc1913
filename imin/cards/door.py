"""The door of every Card Details page: who is here, what the page needs, in one short transaction.

Without a session a page that was opened begins the silent sign-in, and anything else is told that nothing was
saved (Card Details, sections 1 and 2).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from imin.brokers import languages, page
from imin.brokers.acting import acting
from imin.brokers.front_door import Tenant
from imin.cards import failures
from imin.cards.queries import Wallet, visit_of
from imin.customers.speak import speak
from imin.ground import clock
from imin.ground.errors import IminError
from imin.identity import sessions
from imin.identity.models import Session
from imin.identity.start import begin, must_ask_again
from imin.payments.hand_on import hand_on, is_due


@dataclass(frozen=True)
class Visit:
    """A signed-in Customer's request, with what there is of their cards."""

    request: HttpRequest
    tenant: Tenant
    session: Session
    wallet: Wallet
    now: datetime

    @property
    def customer_id(self) -> UUID:
        """Who is signed in."""
        return self.session.customer_id

    def render(self, template: str, *, status: int = 200, **values: Any) -> HttpResponse:
        """Answer with a page that says who is signed in."""
        return page.render(self.request, template, status=status, signed_in_as=self.wallet.name, **values)

    def render_signed_out(self, template: str, **values: Any) -> HttpResponse:
        """Answer with a page for somebody who was signed in until now."""
        return page.render(self.request, template, **values)

    def say(self, notice: str) -> HttpResponse:
        """Send the browser to the list, which says `notice` once (post, redirect, get)."""
        with acting(self.tenant.broker_id):
            sessions.say(session=self.session, notice=notice, now=self.now)
        return see_other("/edit")


View = Callable[..., HttpResponse]


def for_customer(*methods: str, get_saves: bool = False) -> Callable[[View], View]:
    """Let only a signed-in Customer reach the view, by one of `methods`.

    Session and cards are read at once; the view itself runs outside of any transaction.
    What a verb tells the person becomes a page. `get_saves` says that a GET may save something, too.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, **ids: UUID) -> HttpResponse:
            if request.method not in methods:
                return failures.method(request, allowed=methods)
            visit = _visit(request)
            if visit is None:
                return _nobody_is_signed_in(request)
            request.may_have_saved = get_saves or request.method != "GET"  # type: ignore[attr-defined]
            try:
                return view(visit, **ids)
            except IminError as error:
                return failures.told(request, error, signed_in_as=visit.wallet.name)

        return answer

    return decorate


def see_other(path: str) -> HttpResponse:
    """Answer a form that was posted: the browser goes on to `path` with GET (RFC 9110, 15.4.4)."""
    response = HttpResponseRedirect(path, headers={"Cache-Control": "no-store"})
    response.status_code = 303
    return response


def _visit(request: HttpRequest) -> Visit | None:
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    key = request.COOKIES.get(sessions.COOKIE, "")
    if not key:
        return None
    now = clock.now()
    here = visit_of(tenant=tenant, key=key, now=now)
    if here is None or must_ask_again(request, here[0], now=now):
        return None
    if is_due(here[1].cards, now):
        hand_on(broker_id=tenant.broker_id, customer_id=here[0].customer_id, now=now)
        here = visit_of(tenant=tenant, key=key, now=now) or here
    sessions.touch(session=here[0], now=now)
    _agree(request, *here)
    return Visit(request, tenant, *here, now)


def _agree(request: HttpRequest, session: Session, wallet: Wallet) -> None:
    """Speak the Customer's own language where this browser was told no other; keep what was chosen by the switch."""
    languages.agree_with(request, wallet.language, languages.Said.CUSTOMER)
    chosen = languages.choice_of(request)
    if chosen.said is languages.Said.SWITCH and chosen.language != wallet.language:
        speak(broker_id=session.broker_id, customer_id=session.customer_id, language=chosen.language)


def _nobody_is_signed_in(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return begin(request, return_path=request.path)  # a payment service's query is not kept
    return failures.signed_out(request)
