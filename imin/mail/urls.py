"""What the `book` host of the platform answers for servers: the payment service, and mail servers."""

from django.urls import path

from imin.mail import views
from imin.payments import urls as payments

urlpatterns = [*payments.urlpatterns, path("mail/bounces", views.bounces, name="mail-bounces")]

handler400 = "imin.cards.failures.bad_request"
handler403 = "imin.cards.failures.forbidden"
handler404 = "imin.brokers.nobody.not_found"
handler500 = "imin.cards.failures.broken"
