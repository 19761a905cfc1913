from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client

from imin.console import throttle
from imin.console.known_browser import COOKIE
from imin.console.models import SignInAttempts
from imin.console.operators import one_time_password
from imin.ground import clock
from imin.ground.database import as_owner
from tests.console import phone

OWN = "long enough for Olive"
KEYS = {"name olive": throttle.NAME}


@pytest.fixture
def olive(database):
    with as_owner():
        return User.objects.create_superuser("olive", password=OWN)


def browser(address="192.0.2.1"):
    return Client(HTTP_HOST="console.localhost", REMOTE_ADDR=address)


def attempt(at, password="a guess", name="olive"):
    return at.post("/login/", {"username": name, "password": password, "next": "/"})


def guess(times=20, address="192.0.2.1", name="olive"):
    """Guess until told to wait; return that answer."""
    for _ in range(times):
        answer = attempt(browser(address), name=name)
        if answer.status_code == 429:
            return answer
    raise AssertionError("nobody was told to wait")


def test_each_failure_doubles_the_wait_up_to_the_longest(owner):
    now, said = clock.now(), []
    for _ in range(18):
        throttle.begin(KEYS, now=now)
        until = SignInAttempts.objects.get().wait_until
        said.append(round((until - now).total_seconds()))
        now = until
    assert said == [0, 0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]


def test_whoever_guesses_must_wait_and_is_told_how_long(olive):
    answer = guess()
    assert int(answer["Retry-After"]) in {1, 2}
    assert "Too many attempts have failed. Wait" in answer.content.decode()


def test_while_waiting_the_right_password_is_not_looked_at(olive):
    guess()
    assert attempt(browser(), OWN).status_code == 429


def test_waiting_is_not_prolonged_by_trying_again(owner):
    now = clock.now()
    for _ in range(6):
        throttle.begin(KEYS, now=now)
    for _ in range(9):
        with pytest.raises(throttle.WaitError):
            throttle.begin(KEYS, now=now)
    throttle.begin(KEYS, now=now + timedelta(seconds=2))


def test_after_the_wait_the_right_password_opens_and_forgets(olive):
    guess()
    with as_owner():
        SignInAttempts.objects.update(wait_until=clock.now())
    assert attempt(browser(), OWN).status_code == 302
    with as_owner():
        assert not SignInAttempts.objects.filter(key__startswith="name").exists()


def test_an_unknown_name_is_answered_like_a_known_one(olive):
    known, unknown = guess(), guess(address="192.0.2.2", name="nobody")
    assert known.status_code == unknown.status_code
    first, second = attempt(browser("192.0.2.3"), name="oscar"), attempt(browser("192.0.2.3"), name="petra")
    assert first.status_code == second.status_code == 200


def test_an_unknown_names_password_is_hashed_too(olive, settings):
    settings.PASSWORD_HASHERS = ["tests.console.test_throttle.Counting"]
    attempt(browser(), name="olive")
    for_known = Counting.count
    attempt(browser(), name="nobody")
    assert Counting.count == for_known + 1


class Counting(PBKDF2PasswordHasher):
    iterations = 1
    count = 0

    def encode(self, *values, **more):
        Counting.count += 1
        return super().encode(*values, **more)


def test_a_name_is_one_however_it_is_spelt(owner):
    one = throttle.of_password(username="olive", network="n", browser="")
    assert one == throttle.of_password(username="OLIVE", network="n", browser="")


def test_many_addresses_do_not_help(olive):
    for last in range(6):
        attempt(browser(f"198.51.100.{last}"))
    assert attempt(browser("198.51.100.99")).status_code == 429


def test_many_names_from_one_network_do_not_help(database):
    answer = None
    for number in range(30):
        answer = attempt(browser("2001:db8::1"), name=f"operator{number}")
        if answer.status_code == 429:
            break
    assert answer.status_code == 429
    assert attempt(browser("2001:db8::ffff"), name="another").status_code == 429
    assert attempt(browser("2001:db8:0:1::1"), name="another").status_code == 200


def test_an_attackers_own_account_does_not_wipe_the_networks_failures(olive):
    for number in range(10):
        attempt(browser(), name=f"operator{number}")
    attempt(browser(), OWN)
    with as_owner():
        assert SignInAttempts.objects.get(key="network 192.0.2.1").failures == 10


def signed_in_before(user):
    """Return a browser in which `user` has signed in once, with both factors, and out again."""
    secret = phone.add_to(user)
    at = browser("203.0.113.5")
    attempt(at, OWN)
    at.post("/second-factor/", {"code": phone.code(secret)})
    at.post("/logout/")
    return at


def test_a_browser_that_is_known_does_not_wait_for_what_strangers_do(olive):
    at = signed_in_before(olive)
    guess()
    assert attempt(browser("203.0.113.5"), OWN).status_code == 429
    assert attempt(at, OWN).status_code == 302


def test_a_known_browser_has_its_own_limit(olive):
    at = signed_in_before(olive)
    assert 429 in {attempt(at).status_code for _ in range(12)}


def test_a_known_browser_is_not_known_for_another_name(olive):
    at = signed_in_before(olive)
    guess(name="oscar")
    assert attempt(at, name="oscar").status_code == 429


@pytest.mark.parametrize("value", ["", "nonsense", "a:b:c", "W10:1:x"])
def test_a_forged_cookie_is_no_known_browser(olive, value):
    guess()
    at = browser()
    at.cookies[COOKIE] = value
    assert attempt(at, OWN).status_code == 429


def test_the_cookie_is_bound_to_the_host_and_opens_nothing(olive):
    at = signed_in_before(olive)
    cookie = at.cookies[COOKIE]
    assert (cookie["secure"], cookie["path"], cookie["domain"], cookie["httponly"]) == (True, "/", "", True)
    assert at.get("/")["Location"].startswith("/login/")


def test_a_command_lifts_the_wait(olive):
    guess(address="192.0.2.1")
    with as_owner():
        password = one_time_password(username="olive", now=clock.now())
    assert attempt(browser("192.0.2.2"), password).status_code == 302


def test_codes_are_counted_too_and_the_right_one_waits(olive):
    secret = phone.add_to(olive)
    at = browser()
    attempt(at, OWN)
    wrong = "000000" if phone.code(secret) != "000000" else "000001"
    answers = [at.post("/second-factor/", {"code": wrong}) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 6 + [429]
    assert answers[-1]["Retry-After"] in {"1", "2"}
    assert at.post("/second-factor/", {"code": phone.code(secret)}).status_code == 429


def test_many_at_the_same_moment_are_counted_one_by_one(database):
    now = clock.now()

    def begin(_):
        with as_owner():
            try:
                throttle.begin(KEYS, now=now)
            except throttle.WaitError:
                return False
            finally:
                connections["owner"].close()
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(begin, range(40))) == 6


def test_old_failures_are_forgotten(owner):
    now = clock.now()
    throttle.begin(KEYS, now=now - timedelta(days=2))
    throttle.begin({"name oscar": throttle.NAME}, now=now)
    assert list(SignInAttempts.objects.values_list("key", flat=True)) == ["name oscar"]
