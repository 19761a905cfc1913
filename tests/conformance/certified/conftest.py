from collections.abc import Callable, Iterator

import pytest

from imin.ground.database import as_owner
from tests.brokers import build
from tests.conformance.certified.person import SITE, Person
from tests.conformance.certified.platform import Platform
from tests.conformance.certified.provider import UNCHANGED, CertifiedProvider
from tests.identity.conftest import set_up
from tests.node import NodeMissingError

SECRET = "s3cret of + the/ client"


@pytest.fixture(scope="package")
def platform(_database_of_this_run, tmp_path_factory) -> Iterator[Platform]:
    running = Platform(tmp_path_factory.mktemp("platform") / "log")
    yield running
    running.stop()


@pytest.fixture(scope="package")
def start(platform, tmp_path_factory) -> Iterator[Callable[..., CertifiedProvider]]:
    """Start the provider with the switches given; each set of them is one process, with an issuer of its own."""
    started: dict[str, CertifiedProvider] = {}
    clients = [client_of(platform), {"client_id": "site", "client_secret": SECRET, "redirect_uris": [SITE]}]

    def running(**switches: str) -> CertifiedProvider:
        if str(switches) not in started:
            try:
                made = CertifiedProvider(clients, tmp_path_factory.mktemp("provider") / "log", **switches)
            except NodeMissingError as missing:
                pytest.skip(f"{missing}: signing in is not tried with the certified provider")
            started[str(switches)] = made
        return started[str(switches)]

    yield running
    for provider in started.values():
        provider.stop()


@pytest.fixture
def provider(start, database, request) -> CertifiedProvider:
    """The certified provider of the Broker `acmebroker`, as it is when nobody has changed a switch."""
    switches = getattr(request, "param", {})
    running = start(**switches)
    running.change(**{**UNCHANGED, **switches}, clients=running.clients)
    build.broker("acmebroker")
    set_up("acmebroker", issuer=running.issuer, client_id="cards")
    with as_owner():
        _keep_secret()
    return running


@pytest.fixture
def person(provider, platform) -> Person:
    return Person(platform, provider)


@pytest.fixture
def change_client(provider, platform) -> Callable[..., None]:
    """Register the cards' client anew at the provider, with other values."""

    def change(**values: object) -> None:
        others = [client for client in provider.clients if client["client_id"] != "cards"]
        ours = {name: value for name, value in {**client_of(platform), **values}.items() if value is not None}
        provider.change(clients=[ours, *others])

    return change


def client_of(platform: Platform) -> dict[str, object]:
    return {
        "client_id": "cards",
        "client_secret": SECRET,
        "redirect_uris": [platform.cards("/oidc/callback")],
        "post_logout_redirect_uris": [platform.cards("/oidc/signed-out")],
        "backchannel_logout_uri": platform.cards("/oidc/back-channel-logout"),
        "backchannel_logout_session_required": True,
    }


def _keep_secret() -> None:
    from imin.brokers.models import OpenIdSettings

    settings = OpenIdSettings.objects.get(broker__slug="acmebroker")
    settings.client_secret = SECRET
    settings.save()
