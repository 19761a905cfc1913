"""What the `book` host of the platform answers for the payment service."""

from django.urls import path

from imin.payments import views

urlpatterns = [path("payments/events/stripe", views.stripe_events, name="stripe-events")]

handler400 = "imin.cards.failures.bad_request"
handler403 = "imin.cards.failures.forbidden"
handler404 = "imin.brokers.nobody.not_found"
handler500 = "imin.cards.failures.broken"
