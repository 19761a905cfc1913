"""A small world for tests: two Brokers, a payment service, all on one port."""

from sandbox.world import Broker, Client, Payments, Person, World

PAY_HOST = "pay.localhost"
PASSWORD = "correct horse"


def person(given_name: str = "Sam", family_name: str = "Okafor", sub: str = "") -> Person:
    """Return a demo person whose password is `PASSWORD`; `sub` defaults to the lower-case given name."""
    return Person(
        sub=sub or f"{given_name.lower()}-001",
        email=f"{given_name.lower()}@example.com",
        password=PASSWORD,
        given_name=given_name,
        family_name=family_name,
    )


def broker(slug: str, platform: str, colour: str = "#0b57d0") -> Broker:
    """Return the Broker of `<slug>.localhost`, whose card pages are at the origin `platform`."""
    return Broker(
        slug=slug,
        name=slug.removesuffix("broker").title(),
        tagline="Move more, your way",
        host=f"{slug}.localhost",
        primary_colour=colour,
        cards_url=f"{platform}/edit",
        client=Client(
            client_id=f"{slug}-cards",
            client_secret=f"{slug} secret/+:%",
            redirect_uris=(f"{platform}/oidc/callback",),
            post_logout_redirect_uris=(f"{platform}/signed-out",),
            backchannel_logout_uri=f"{platform}/oidc/back-channel-logout",
            jwks_uri=f"{platform}/oidc/jwks",
        ),
        people=(person("Sam"), person("Priya", "Nair")),
    )


def world(port: int, platform_port: int = 9, webhook_url: str = "") -> World:
    """Return a world whose sandbox listens on `port` and whose platform would be at `platform_port`.

    The default platform port is one where nobody answers.
    """
    return World(
        port=port,
        pay_host=PAY_HOST,
        brokers=(
            broker("acmebroker", f"http://cards.acmebroker.localhost:{platform_port}"),
            broker("riverside", f"http://cards.riverside.localhost:{platform_port}", colour="#e8590c"),
        ),
        payments=Payments(
            secret_key="sk_test_sandbox",
            publishable_key="pk_test_sandbox",
            webhook_url=webhook_url or f"http://hooks.localhost:{platform_port}/webhooks/payments",
            webhook_secret="whsec_sandbox",
            connected_accounts=("acct_1SandboxAcme", "acct_1SandboxRiver"),
        ),
    )
