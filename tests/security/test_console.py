"""The console: every address × every way in that must be none."""

import pytest
from django.http import HttpResponse

from tests.security import dump
from tests.security.call import page
from tests.security.console import (
    ADDRESSES,
    CONSOLE,
    CONSOLE_ATTACKS,
    NOTHING,
    SIGN_IN,
    STEPS,
    ConsoleAttack,
    Operators,
    appoint,
)
from tests.security.test_matrix import given_away
from tests.security.world import World


@pytest.fixture(scope="module")
def operators(standing: World) -> Operators:
    return appoint()


@pytest.mark.parametrize("attack", CONSOLE_ATTACKS, ids=lambda attack: attack.name)
def test_no_address_of_the_console_yields(settings, standing: World, operators: Operators, attack: ConsoleAttack):
    settings.RATE_LIMITS = False  # which would answer for the walls
    before = dump.tables()
    yielded = {}
    for name, call in attack.calls(standing, operators):
        answer = call.send()
        if verdict(answer) not in expected(attack) or given_away(answer, call, standing):
            yielded[name] = (verdict(answer), given_away(answer, call, standing))
    assert yielded == {}
    changed = set(dump.changed(before, dump.tables()))
    assert changed <= (
        {"django_session"} if attack.answer == NOTHING else set()
    )  # where “there is none” waits to be read


def expected(attack: ConsoleAttack) -> set[str]:
    return {"200", "302", "403", "404", "405", *STEPS.values()} if attack.answer == NOTHING else {attack.answer}


def verdict(answer: HttpResponse) -> str:
    leads_to = answer.get("Location", "")
    if leads_to.startswith("/login/?next="):
        return SIGN_IN
    return STEPS.get(leads_to, str(answer.status_code))


def test_an_operators_cookie_is_taken(standing: World, operators: Operators):
    """Or all of the above would prove nothing."""
    assert len(ADDRESSES) > 30
    for address in ("/", "/brokers/broker/", "/customers/customer/<object_id>/change/"):
        answer = page(CONSOLE, operators.paths[address], operators["all rights"]).send()
        assert verdict(answer) == "200", address
