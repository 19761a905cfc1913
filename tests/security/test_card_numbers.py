"""A card number in any place of any request is refused, and found nowhere afterwards."""

import io
import logging
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import structlog
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from imin.ground import log
from imin.ground.database import as_owner
from imin.payments.models import Card
from tests.security import dump
from tests.security.call import Call
from tests.security.declared import Kind
from tests.security.digits import SPELLINGS, escaped, holds, spelled_card_number
from tests.security.places import EVERYWHERE, IN_BODY, LET_THROUGH
from tests.security.routes import READING, ROUTES, Route
from tests.security.world import World

FROM_BROWSERS = [route for route in ROUTES if route.method not in READING and route.kind is not Kind.SERVER]
FROM_SERVERS = [route for route in ROUTES if route.kind is Kind.SERVER]
often = settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a smaller number would say no more
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def written(settings) -> Iterator[io.StringIO]:
    """Everything that is logged, as the web process writes it, in both formats."""
    root, sink = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    both = []
    for settings.LOG_FORMAT in ("json", "text"):
        log.configure()
        both += root.handlers
    for handler in both:
        handler.setStream(sink)
    root.handlers[:] = both
    structlog.configure(**{**structlog.get_config(), "cache_logger_on_first_use": False})
    yield sink
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize("place", EVERYWHERE)
@often
@given(at=st.sampled_from(ROUTES), spelled=spelled_card_number())
def test_it_is_refused_in_every_place_of_every_route(standing: World, written, place, at, spelled):
    answer = EVERYWHERE[place](good(standing, at), spelled.text).send()
    assert_refused(answer)
    assert_found_nowhere(spelled.number, answer, written)


@pytest.mark.parametrize("place", IN_BODY)
@often
@given(at=st.sampled_from(FROM_BROWSERS), spelled=spelled_card_number())
def test_it_is_refused_in_every_part_of_a_body(standing: World, written, place, at, spelled):
    answer = IN_BODY[place](good(standing, at), spelled.text).send()
    assert_refused(answer)
    assert_found_nowhere(spelled.number, answer, written)


@pytest.mark.parametrize("place", LET_THROUGH)
@often
@given(at=st.sampled_from(ROUTES), spelled=spelled_card_number())
def test_it_is_kept_nowhere_when_it_stands_where_nobody_reads(standing: World, written, place, at, spelled):
    answer = LET_THROUGH[place](good(standing, at), spelled.text).send()
    assert answer.status_code < 500
    assert_found_nowhere(spelled.number, answer, written)


@often
@given(at=st.sampled_from(FROM_SERVERS), place=st.sampled_from(sorted(IN_BODY)), spelled=spelled_card_number())
def test_what_servers_send_is_forgotten(standing: World, written, place, at, spelled):
    answer = IN_BODY[place](good(standing, at), spelled.text).send()
    assert answer.status_code < 500
    assert_found_nowhere(spelled.number, answer, written)


@often
@given(spelled=spelled_card_number())
def test_a_genuine_event_with_long_numbers_is_taken_and_they_are_not_kept(standing: World, written, spelled):
    body, signature = standing.event(note=spelled.text)
    (at,) = [route for route in FROM_SERVERS if route.address == "/payments/events/stripe"]
    answer = good(standing, at).but(body=body).saying(HTTP_STRIPE_SIGNATURE=signature).send()
    assert answer.status_code == 204
    assert_found_nowhere(spelled.number, answer, written)


@pytest.mark.parametrize("place", EVERYWHERE | IN_BODY)
def test_every_spelling_is_recognised_in_every_place(standing: World, place: str):
    (edit,) = [route for route in FROM_BROWSERS if str(route) == "POST /edit/cards/<card_id>"]
    for spell in SPELLINGS.values():
        call = (EVERYWHERE | IN_BODY)[place](good(standing, edit), spell("4242424242424242"))
        assert_refused(call.send())


@pytest.mark.parametrize("how", SPELLINGS)
def test_the_search_itself_finds_what_is_there(standing: World, how: str):
    """Or all of the above would prove nothing."""
    number = "4242424242424242"
    spelled = SPELLINGS[how](number)
    with as_owner():
        kept = Card.objects.filter(id=standing.mine.card)
        before = kept.get().holder_name
        assert not holds(dump.everything(), number)
        kept.update(holder_name=f"A {spelled} B")
        assert holds(dump.everything(), number)
        kept.update(holder_name=before, address={"line1": spelled})
        assert holds(dump.everything(), number)
        kept.update(address={})
    for stored in (spelled, quote(spelled), escaped(spelled), spelled.encode().decode("latin-1")):
        assert holds(f"before {stored} after", number)


def good(world: World, route: Route) -> Call:
    world.mine.session("live")  # the one before may have been signed out by a request that was let through
    return route.good(world, world.mine)


def assert_refused(answer) -> None:
    assert answer.status_code == 400
    assert b"That looks like a card number" in answer.content or answer.request["REQUEST_METHOD"] == "HEAD"


def assert_found_nowhere(number: str, answer, written: io.StringIO) -> None:
    assert not holds(dump.everything(), number)
    assert not holds(answer.content.decode(errors="replace") + str(answer.headers) + str(answer.cookies), number)
    said = written.getvalue()
    assert "request" in said, "Nothing was logged, so nothing was proved."
    assert not holds(said, number), said
    written.seek(0)
    written.truncate()
