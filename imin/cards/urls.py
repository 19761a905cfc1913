"""The addresses of `cards.<Broker's domain>`."""

from django.urls import include, path

from imin.brokers import csp_reports, probe
from imin.cards.views import (
    add,
    bookings,
    consents,
    data,
    default,
    edit,
    history,
    listing,
    logo,
    reminders,
    remove,
    replace,
)
from imin.customers.recognise import RECOGNISE
from imin.ground.security import CSP_REPORTS
from imin.identity.urls import routes

urlpatterns = [
    path("", listing.home),
    path("edit", listing.listing),
    path("edit/cards/add", add.add),
    path("edit/cards/add/<uuid:setup_id>", add.finish),
    path("edit/cards/<uuid:card_id>", edit.edit),
    path("edit/cards/<uuid:card_id>/default", default.make_default),
    path("edit/cards/<uuid:card_id>/remove", remove.remove),
    path("edit/cards/<uuid:card_id>/undo", remove.undo),
    path("edit/cards/<uuid:card_id>/keep", remove.keep),
    path("edit/cards/<uuid:card_id>/replace", replace.replace),
    path("edit/bookings/<uuid:booking_id>", bookings.move),
    path("edit/cards/<uuid:card_id>/history", history.of_card),
    path("edit/cards/<uuid:card_id>/consents", consents.consents),
    path("edit/cards/<uuid:card_id>/consents/charge", consents.give),
    path("edit/cards/<uuid:card_id>/consents/charge/withdraw", consents.withdraw),
    path("edit/cards/<uuid:card_id>/consents/<uuid:setup_id>", consents.given),
    path("edit/data", data.data),
    path("edit/data.json", data.as_json),
    path("edit/data.pdf", data.as_pdf),
    path("edit/data/erase", data.erase),
    path("edit/history", history.history),
    path("edit/history.json", history.as_json),
    path("edit/history.csv", history.as_csv),
    path("edit/reminders", reminders.choose),
    path("mail/reminders/<str:token>", reminders.by_link),
    path("brand/logo", logo.logo),
    path(probe.PATH.removeprefix("/"), probe.answer),
    path(CSP_REPORTS.removeprefix("/"), csp_reports.receive),
    path("oidc/", include((routes(recognise=RECOGNISE, home="/edit"), "oidc"))),
]

handler400 = "imin.cards.failures.bad_request"
handler403 = "imin.cards.failures.forbidden"
handler404 = "imin.cards.failures.not_found"
handler500 = "imin.cards.failures.broken"
