"""Routes of the operators' admin."""

from django.contrib import admin
from django.urls import path

urlpatterns = [path("", admin.site.urls)]

handler400 = "imin.console.failures.bad_request"
handler403 = "imin.console.failures.forbidden"
handler404 = "imin.console.failures.not_found"
handler500 = "imin.console.failures.broken"
