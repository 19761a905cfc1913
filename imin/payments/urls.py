"""What the `book` host of the platform answers for the payment service; `mail/urls.py` adds mail servers to it."""

from django.urls import path

from imin.payments import views

urlpatterns = [path("payments/events/stripe", views.stripe_events, name="stripe-events")]
