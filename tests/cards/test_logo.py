from imin.brokers.front_door import forget
from imin.brokers.models import Branding
from imin.ground.database import as_owner
from tests.brokers import build

PICTURE = b"\x89PNG picture of Acme"


def with_logo(alex) -> str:
    with as_owner():
        Branding.objects.filter(broker_id=alex.tenant.broker_id).update(logo=PICTURE, logo_type="image/png")
    forget()
    return build.tenant("acmebroker").look.logo_version


def test_the_logo_with_its_version_may_be_kept_for_a_year(alex):
    version = with_logo(alex)
    response = alex.get(f"/brand/logo?v={version}")
    assert response.content == PICTURE
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "Set-Cookie" not in response.headers


def test_a_logo_asked_for_by_an_old_version_is_not_kept_for_long(alex):
    with_logo(alex)
    assert alex.get("/brand/logo?v=old")["Cache-Control"] == "public, max-age=60"


def test_the_page_shows_the_logo_with_the_brokers_name(alex):
    version = with_logo(alex)
    assert f'src="/brand/logo?v={version}" alt="Acme"' in alex.get().content.decode()


def test_without_a_logo_the_name_stands_in_its_place(alex):
    assert alex.get("/brand/logo").status_code == 404
    assert '<bdi class="wordmark">Acme</bdi>' in alex.get().content.decode()


def test_another_brokers_logo_is_not_served(alex):
    version = with_logo(alex)
    build.broker("harbour")
    response = alex.client.get(f"/brand/logo?v={version}", HTTP_HOST="cards.harbour.localhost")
    assert response.status_code == 404
