"""The pages that a Customer of the Broker sees: home, sign in, account."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from sandbox.acme import clock, forms, logout
from sandbox.acme.activities import ACTIVITIES, BOOKINGS
from sandbox.acme.site import Site
from sandbox.world import Person


def blueprint(site: Site) -> Blueprint:
    """Return the pages of one Broker."""
    routes = Blueprint("pages", __name__)
    view = _Views(site)
    routes.add_url_rule("/", "home", view.home)
    routes.add_url_rule("/sign-in", "sign_in", view.sign_in)
    routes.add_url_rule("/sign-in", "check_password", view.check_password, methods=["POST"])
    routes.add_url_rule("/account", "account", view.account)
    routes.add_url_rule("/account/details", "details", view.details)
    routes.add_url_rule("/sign-out", "sign_out", view.sign_out, methods=["POST"])
    return routes


def missing(_error: NotFound) -> ResponseReturnValue:
    """Return the page for an address that the site does not have."""
    return render_template("missing.html"), 404


class _Views:
    def __init__(self, site: Site) -> None:
        self.site = site

    def home(self) -> str:
        return render_template("home.html", activities=ACTIVITIES, goodbye="bye" in request.args)

    def account(self) -> ResponseReturnValue:
        return self._private("account.html")

    def details(self) -> ResponseReturnValue:
        return self._private("details.html")

    def _private(self, template: str) -> ResponseReturnValue:
        if not self.site.current():
            return redirect(url_for("pages.sign_in"))
        return render_template(template, bookings=BOOKINGS)

    def sign_in(self) -> str:
        chosen = next((one for one in self.site.broker.people if one.sub == request.args.get("as")), None)
        return self._form(
            email=chosen.email if chosen else "",
            password=chosen.password if chosen else "",
            visit=request.args.get("visit", ""),
        )

    def check_password(self) -> ResponseReturnValue:
        email, password = request.form.get("email", ""), request.form.get("password", "")
        visit = request.form.get("visit", "")
        if not forms.genuine():
            problem = "This page had been open for too long. Please sign in again."
            return self._form(email=email, visit=visit, problem=problem), 400
        person = self.site.person(email)
        if person is None or not forms.same(password, person.password):
            problem = "That e-mail address and password do not match."
            return self._form(email=email, visit=visit, problem=problem), 400
        self._begin(person)
        return redirect(self._onward(visit))

    def _begin(self, person: Person) -> None:
        old = cookie.get("key", "")
        cookie.clear()
        cookie["key"] = self.site.memory.sign_in(person, replaces=old, now=clock.now())

    def _onward(self, visit_id: str) -> str:
        visit = self.site.memory.visit(visit_id)
        if visit is None:
            return url_for("pages.account")
        return f"{url_for('oidc.authorize')}?{visit.query}&visit={visit_id}"

    def _form(self, *, email: str, visit: str, password: str = "", problem: str = "") -> str:
        return render_template("sign_in.html", email=email, password=password, visit=visit, problem=problem)

    def sign_out(self) -> ResponseReturnValue:
        if not forms.genuine():
            return render_template("refused.html", reason="This page had been open for too long."), 400
        logout.leave(self.site)
        return redirect(url_for("pages.home", bye=1), 303)
