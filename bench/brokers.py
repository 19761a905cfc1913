"""Store Brokers b0 to bN for a measurement, each with a domain and an issuer of its own at the quick provider.

`python -m bench.brokers COUNT PROVIDER_PORT`, with the demo's environment.
"""

import sys

import django

CLIENT, SECRET = "bench", "the secret of the bench"


def main(count: int, provider_port: int) -> None:
    from imin.brokers.models import Broker, Domain, OpenIdSettings  # noqa: PLC0415 Django must be set up first
    from imin.ground import vault  # noqa: PLC0415
    from imin.ground.database import as_owner  # noqa: PLC0415

    secret = vault.encrypt(SECRET)
    with as_owner():
        brokers = Broker.objects.bulk_create(
            Broker(slug=f"b{number}", name=f"Broker {number}", dashboard_url="http://localhost/")
            for number in range(count)
        )
        domains = [Domain(broker=broker, host=f"cards.{broker.slug}.localhost", state="active") for broker in brokers]
        Domain.objects.bulk_create(domains)
        OpenIdSettings.objects.bulk_create(
            OpenIdSettings(
                broker=broker,
                issuer=f"http://{broker.slug}.localhost:{provider_port}",
                client_id=CLIENT,
                client_secret_encrypted=secret,
            )
            for broker in brokers
        )


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]), int(sys.argv[2]))
