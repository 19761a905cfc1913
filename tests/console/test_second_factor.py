import re
import runpy
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

import imin.settings
from imin.console import second_factor
from imin.console.models import RecoveryCode, SecondFactor
from imin.console.operators import one_time_password
from imin.ground import clock, vault
from imin.ground.database import as_owner
from tests.console import phone

OWN = "long enough for Olive"
PAGES = (
    "/",
    "/brokers/broker/",
    "/brokers/broker/add/",
    "/auth/user/",
    "/console/auditentry/",
    "/password_change/",
    "/nowhere/",
)


@pytest.fixture
def olive(database):
    with as_owner():
        return User.objects.create_superuser("olive", password=OWN)


def browser():
    return Client(HTTP_HOST="console.localhost")


def sign_in(at, password=OWN):
    at.post("/login/", {"username": "olive", "password": password, "next": "/"})
    return at


def show(at, code):
    return at.post("/second-factor/", {"code": code})


def setting_up(at):
    return phone.secret_on(at.get("/second-factor/set-up/").content.decode())


def codes_on(answer):
    return re.findall(r"<li><code>([a-z0-9-]+)</code>", answer.content.decode())


def test_an_operator_without_one_sees_nothing_but_the_page_that_sets_it_up(olive):
    at = sign_in(browser())
    for path in PAGES:
        assert at.get(path)["Location"] == "/second-factor/set-up/", path
    at.post("/auth/user/add/", {"username": "mallory", "password1": OWN, "password2": OWN})
    with as_owner():
        assert list(User.objects.values_list("username", flat=True)) == ["olive"]
    assert "Brokers" not in at.get("/second-factor/set-up/").content.decode()


def test_it_is_set_up_with_a_first_code_and_recovery_codes_are_shown_once(olive):
    at = sign_in(browser())
    answer = at.post("/second-factor/set-up/", {"code": phone.code(setting_up(at))})
    assert len(codes_on(answer)) == 10
    assert at.get("/").status_code == 200
    again = at.get("/second-factor/set-up/", follow=True).content.decode()
    assert not [code for code in codes_on(answer) if code in again]
    assert "10 recovery codes are left" in again


def test_the_picture_says_what_the_text_says(olive):
    with as_owner():
        factor = second_factor.begin(user=olive)
        uri = second_factor.provisioning_uri(factor)
    assert uri == f"otpauth://totp/imin%20localhost:olive?secret={factor.secret}&issuer=imin+localhost"
    at = sign_in(browser())
    page = at.get("/second-factor/set-up/").content.decode()
    assert 'src="data:image/svg+xml' in page
    assert factor.secret == setting_up(at).replace(" ", "")


def test_a_wrong_first_code_keeps_the_secret_and_opens_nothing(olive):
    at = sign_in(browser())
    secret = setting_up(at)
    answer = at.post("/second-factor/set-up/", {"code": "000000" if phone.code(secret) != "000000" else "000001"})
    assert "not the present code" in answer.content.decode()
    assert phone.secret_on(answer.content.decode()) == secret
    assert at.get("/")["Location"] == "/second-factor/set-up/"


def test_the_code_stands_between_the_password_and_everything(olive):
    secret = phone.add_to(olive)
    at = sign_in(browser())
    for path in (*PAGES, "/second-factor/set-up/"):
        assert at.get(path)["Location"] == "/second-factor/", path
    assert show(at, phone.code(secret))["Location"] == "/"
    assert at.get("/").status_code == 200


def test_the_secret_is_never_shown_again(olive):
    secret = phone.add_to(olive)
    at = sign_in(browser())
    pages = [at.get("/second-factor/").content.decode()]
    show(at, phone.code(secret))
    pages += [at.get(path).content.decode() for path in ("/", "/second-factor/", f"/auth/user/{olive.pk}/change/")]
    assert not [page for page in pages if secret in page.replace(" ", "")]


def test_the_same_code_is_refused_the_second_time(olive):
    secret = phone.add_to(olive)
    code = phone.code(secret)
    assert show(sign_in(browser()), code).status_code == 302
    thief = sign_in(browser())
    assert "was used before" in show(thief, code).content.decode()
    assert thief.get("/")["Location"] == "/second-factor/"


def test_an_older_code_is_refused_after_a_newer_one(olive):
    secret = phone.add_to(olive)
    now = clock.now()
    with as_owner():
        assert second_factor.verify(user=olive, code=phone.code(secret), now=now)
        assert not second_factor.verify(user=olive, code=phone.code(secret, steps=-1), now=now)


def test_the_code_that_set_it_up_does_not_sign_in(olive):
    at = sign_in(browser())
    code = phone.code(setting_up(at))
    at.post("/second-factor/set-up/", {"code": code})
    assert show(sign_in(browser()), code).status_code == 200


@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_holds_one_step_before_and_after(olive, steps, accepted):
    secret = phone.add_to(olive)
    now = clock.now().replace(second=10)
    with as_owner():
        there = (now + timedelta(seconds=30 * steps) - clock.now()).total_seconds()
        code = phone.code(secret, steps=there / 30)
        assert second_factor.verify(user=olive, code=code, now=now) is accepted


@pytest.mark.parametrize("code", ["", " ", "12345", "1234567", "١٢٣٤٥٦", "abc-def", "x" * 41, "'; --"])
def test_what_is_no_code_is_refused(olive, code):
    phone.add_to(olive)
    at = sign_in(browser())
    assert show(at, code).status_code == 200
    assert at.get("/").status_code == 302


def test_a_recovery_code_works_once_however_it_is_typed(olive):
    phone.add_to(olive)
    with as_owner():
        code = second_factor.new_recovery_codes(user=olive)[0]
    assert show(sign_in(browser()), f" {code.upper().replace('-', ' ')} ").status_code == 302
    assert show(sign_in(browser()), code).status_code == 200
    with as_owner():
        assert second_factor.codes_left(user=olive) == 9
        assert not RecoveryCode.objects.filter(code_hash__contains=code).exists()


def test_a_recovery_code_is_nobody_elses(olive):
    phone.add_to(olive)
    with as_owner():
        oscar = User.objects.create_superuser("oscar", password=OWN)
        phone.add_to(oscar)
        code = second_factor.new_recovery_codes(user=oscar)[0]
    assert show(sign_in(browser()), code).status_code == 200


def test_new_recovery_codes_take_a_code_and_end_the_old_ones(olive):
    secret = phone.add_to(olive)
    with as_owner():
        old = second_factor.new_recovery_codes(user=olive)
    at = sign_in(browser())
    show(at, old[0])
    assert codes_on(at.post("/second-factor/", {"code": "000000", "codes": "1"})) == []
    new = codes_on(at.post("/second-factor/", {"code": phone.code(secret), "codes": "1"}))
    assert len(new) == 10
    assert show(sign_in(browser()), old[1]).status_code == 200
    assert show(sign_in(browser()), new[0]).status_code == 302


def test_another_device_ends_what_the_old_one_opened(olive):
    secret = phone.add_to(olive)
    other = sign_in(browser())
    show(other, phone.code(secret, steps=-1))
    assert other.get("/").status_code == 200
    at = sign_in(browser())
    show(at, phone.code(secret))
    with as_owner():
        code = second_factor.new_recovery_codes(user=olive)[0]
    assert at.post("/second-factor/", {"code": code, "replace": "1"})["Location"] == "/second-factor/set-up/"
    fresh = setting_up(at)
    assert fresh.replace(" ", "") != secret
    at.post("/second-factor/set-up/", {"code": phone.code(fresh)})
    assert at.get("/").status_code == 200
    assert other.get("/")["Location"] == "/second-factor/"


def test_a_one_time_password_alone_does_not_pass_the_second_factor(olive):
    secret = phone.add_to(olive)
    with as_owner():
        password = one_time_password(username="olive", now=clock.now())
    at = sign_in(browser(), password)
    assert at.get("/password_change/")["Location"] == "/second-factor/"
    show(at, phone.code(secret))
    assert at.get("/")["Location"] == "/password_change/"


def test_it_is_reset_only_together_with_the_password(olive):
    phone.add_to(olive)
    at = sign_in(browser())
    with as_owner():
        password = one_time_password(username="olive", now=clock.now(), reset_second_factor=True)
        assert not SecondFactor.objects.exists()
        assert not RecoveryCode.objects.exists()
    assert at.get("/")["Location"].startswith("/login/")
    fresh = sign_in(browser(), password)
    assert fresh.get("/")["Location"] == "/password_change/"
    fresh.post("/password_change/", {"old_password": password, "new_password1": OWN, "new_password2": OWN})
    assert fresh.get("/")["Location"] == "/second-factor/set-up/"


def test_a_secret_that_somebody_began_with_is_not_kept_for_the_next(olive):
    with as_owner():
        seen = second_factor.begin(user=olive).secret
        one_time_password(username="olive", now=clock.now())
        assert second_factor.begin(user=olive).secret != seen


def test_showing_it_changes_the_sessions_key(olive):
    secret = phone.add_to(olive)
    at = sign_in(browser())
    before = at.cookies["__Host-console"].value
    show(at, phone.code(secret))
    assert at.cookies["__Host-console"].value != before


def test_the_secret_is_stored_encrypted(olive):
    secret = phone.add_to(olive)
    with as_owner():
        stored = SecondFactor.objects.get().secret_encrypted
    assert secret not in stored


def test_it_may_be_skipped_where_the_setting_says_so_and_nowhere_else(olive, settings):
    at = sign_in(browser())
    assert "Skip for now" not in at.get("/second-factor/set-up/").content.decode()
    at.post("/second-factor/set-up/", {"later": "1"})
    assert at.get("/").status_code == 302
    settings.SECOND_FACTOR_OPTIONAL = True
    assert "Skip for now" in at.get("/second-factor/set-up/").content.decode()
    at.post("/second-factor/set-up/", {"later": "1"})
    assert at.get("/").status_code == 200
    settings.SECOND_FACTOR_OPTIONAL = False
    assert at.get("/")["Location"] == "/second-factor/set-up/"


def test_skipping_is_no_way_around_one_that_is_set_up(olive, settings):
    settings.SECOND_FACTOR_OPTIONAL = True
    at = sign_in(browser())
    at.post("/second-factor/set-up/", {"later": "1"})
    phone.add_to(olive)
    assert at.get("/")["Location"] == "/second-factor/"
    at.post("/second-factor/set-up/", {"later": "1"})
    assert at.get("/")["Location"] == "/second-factor/"


def test_the_setting_that_lets_it_be_skipped_starts_nothing_outside_development():
    values = {"IMIN_SECOND_FACTOR_OPTIONAL": "1", "IMIN_PLATFORM_DOMAIN": "platform.example"}
    with mock.patch.dict("os.environ", values), pytest.raises(ImproperlyConfigured, match="is for development"):
        runpy.run_path(imin.settings.__file__)


def test_a_moved_clock_does_not_shut_the_app_out(olive, settings):
    secret = phone.add_to(olive)
    code = phone.code(secret)
    settings.CLOCK_OFFSET = 90_000
    with as_owner():
        assert second_factor.verify(user=olive, code=code, now=clock.now())


def test_the_codes_are_those_of_the_rfc(olive):
    """RFC 6238, appendix B, with its six last digits."""
    with as_owner():
        factor = SecondFactor(user=olive, secret_encrypted=vault.encrypt("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"))
        for seconds, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
            at = datetime.fromtimestamp(seconds, UTC)
            assert second_factor._counter(factor, code, at) == seconds // 30
