from datetime import timedelta

from django.contrib.auth.models import User
from django.test import Client

from imin.console.operators import ONE_TIME_PERIOD, accept, one_time_password
from imin.ground import clock
from imin.ground.database import as_owner

OWN = "eight brave otters"
SET_UP = "/second-factor/set-up/"


def issue(**values):
    with as_owner():
        return one_time_password(**{"username": "olive", "now": clock.now(), **values})


def sign_in(browser, password):
    browser.post("/login/", {"username": "olive", "password": password, "next": "/"})
    return browser


def choose(browser, old, new=OWN):
    return browser.post("/password_change/", {"old_password": old, "new_password1": new, "new_password2": new})


def another_browser():
    return Client(HTTP_HOST="console.localhost")


def test_a_one_time_password_leads_to_choosing_an_own_one(stranger):
    sign_in(stranger, issue())
    for path in (
        "/",
        "/brokers/broker/",
        "/brokers/broker/add/",
        "/auth/user/",
        "/console/auditentry/",
        "/password_change/done/",
    ):
        assert stranger.get(path)["Location"] == "/password_change/", path
    page = stranger.get("/password_change/").content.decode()
    assert "Choose your own now" in page
    assert "Brokers" not in page


def test_nothing_can_be_changed_before_choosing(stranger):
    sign_in(stranger, issue())
    stranger.post("/auth/user/add/", {"username": "mallory", "password1": OWN, "password2": OWN})
    with as_owner():
        assert list(User.objects.values_list("username", flat=True)) == ["olive"]


def test_after_choosing_comes_the_second_factor(stranger):
    password = issue()
    sign_in(stranger, password)
    assert choose(stranger, password)["Location"] == "/password_change/done/"
    assert stranger.get("/")["Location"] == SET_UP
    assert sign_in(another_browser(), OWN).get("/")["Location"] == SET_UP
    assert sign_in(another_browser(), password).get("/")["Location"] == "/login/?next=/"


def test_it_signs_in_once_even_before_an_own_one_is_chosen(stranger):
    password = issue()
    sign_in(stranger, password)
    answer = another_browser().post("/login/", {"username": "olive", "password": password})
    assert "has been used or has run out" in answer.content.decode()
    assert choose(stranger, password).status_code == 302


def test_it_runs_out(stranger):
    password = issue(now=clock.now() - ONE_TIME_PERIOD)
    answer = stranger.post("/login/", {"username": "olive", "password": password})
    assert "has been used or has run out" in answer.content.decode()
    assert stranger.get("/").status_code == 302


def test_it_holds_until_its_last_moment(database):
    now = clock.now()
    with as_owner():
        one_time_password(username="olive", now=now)
        olive = User.objects.get()
        assert accept(user=olive, now=now + ONE_TIME_PERIOD - timedelta(seconds=1))


def test_a_wrong_password_does_not_use_it_up(stranger):
    password = issue()
    sign_in(stranger, "a guess")
    assert sign_in(stranger, password).get("/")["Location"] == "/password_change/"


def test_the_one_time_password_itself_cannot_be_kept(stranger):
    password = issue()
    sign_in(stranger, password)
    page = choose(stranger, password, password).content.decode()
    assert "This is the present password" in page
    assert stranger.get("/")["Location"] == "/password_change/"


def test_an_easy_password_is_refused(stranger):
    password = issue()
    sign_in(stranger, password)
    for easy in ("short", "olive-olive", "qwerty123456"):
        assert choose(stranger, password, easy).status_code == 200, easy
    assert stranger.get("/")["Location"] == "/password_change/"


def test_another_one_ends_what_was_before(stranger):
    first = issue()
    sign_in(stranger, first)
    choose(stranger, first)
    second = issue()
    assert second != first
    assert stranger.get("/")["Location"].startswith("/login/")
    assert sign_in(another_browser(), OWN).get("/")["Location"].startswith("/login/")
    assert sign_in(another_browser(), second).get("/")["Location"] == "/password_change/"
    with as_owner():
        assert User.objects.count() == 1


def test_it_makes_a_superuser_and_keeps_nothing_in_clear(database):
    password = issue()
    with as_owner():
        olive = User.objects.get()
    assert (olive.is_active, olive.is_staff, olive.is_superuser) == (True, True, True)
    assert password not in olive.password


def test_signing_out_works_before_choosing(stranger):
    sign_in(stranger, issue())
    assert stranger.post("/logout/").status_code == 200
    assert stranger.get("/")["Location"].startswith("/login/")


def test_an_operator_added_by_another_must_choose_as_well(console):
    typed = "typed by somebody else"
    answer = console.post(
        "/auth/user/add/",
        {"username": "oscar", "password1": typed, "password2": typed, "usable_password": "true"},
    )
    assert answer.status_code == 302
    with as_owner():
        User.objects.filter(username="oscar").update(is_staff=True)
    browser = another_browser()
    browser.post("/login/", {"username": "oscar", "password": typed, "next": "/"})
    assert browser.get("/")["Location"] == "/password_change/"


def test_a_password_that_another_operator_set_must_be_replaced(console):
    typed = "typed by somebody else"
    with as_owner():
        oscar = User.objects.create_superuser("oscar", password=OWN)
    sent = {"password1": typed, "password2": typed, "usable_password": "true"}
    assert console.post(f"/auth/user/{oscar.pk}/password/", sent).status_code == 302
    browser = another_browser()
    browser.post("/login/", {"username": "oscar", "password": typed, "next": "/"})
    assert browser.get("/")["Location"] == "/password_change/"
    assert console.get("/").status_code == 200
