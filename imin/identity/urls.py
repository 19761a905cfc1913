from django.urls import URLPattern, path

from imin.identity import views
from imin.identity.claims import Recognise


def routes(*, recognise: Recognise, home: str) -> list[URLPattern]:
    """Return the routes of signing in, to be mounted under `oidc/`.

    `recognise` finds the Customer whom the provider vouches for; `home` is where a sign-in without a page leads.
    """
    return [
        path("start", views.start, {"home": home}, name="start"),
        path("login", views.login, {"home": home}, name="login"),
        path("callback", views.callback, {"recognise": recognise, "home": home}, name="callback"),
        path("jwks", views.jwks, name="jwks"),
        path("logout", views.sign_out, name="logout"),
        path("signed-out", views.signed_out, name="signed-out"),
        path("back-channel-logout", views.back_channel_logout, name="back-channel-logout"),
    ]
