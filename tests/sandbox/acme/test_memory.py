"""What is remembered, and for how long."""

from sandbox.acme.memory import CODE_SECONDS, TOKEN_SECONDS, VISIT_SECONDS, Code, Memory, Session
from tests.sandbox.world import person


def _code(session: Session) -> Code:
    return Code("client", "http://x/cb", "openid", None, "c", "S256", session, expires_at=100 + CODE_SECONDS)


def test_a_code_lives_a_minute() -> None:
    memory = Memory()
    session = Session(person(), signed_in_at=100)
    memory.issue_code("in-time", _code(session))
    memory.issue_code("late", _code(session))
    assert memory.redeem("in-time", "client", now=100 + CODE_SECONDS - 0.1)
    assert memory.redeem("late", "client", now=100 + CODE_SECONDS) is None


def test_another_client_neither_gets_a_code_nor_spends_it() -> None:
    memory = Memory()
    memory.issue_code("mine", _code(Session(person(), signed_in_at=100)))
    assert memory.redeem("mine", "thief", now=101) is None
    assert memory.redeem("mine", "client", now=101)


def test_a_token_ends_with_its_hour_and_with_its_session() -> None:
    memory = Memory()
    session = memory.session(memory.sign_in(person(), replaces="", now=100))
    assert session
    memory.issue_token("token", _code(session), now=100)
    assert memory.token("token", now=100 + TOKEN_SECONDS - 1)
    assert memory.token("token", now=100 + TOKEN_SECONDS) is None
    assert memory.sign_out(session.sid) is session
    assert memory.token("token", now=101) is None
    assert memory.sign_out(session.sid) is None


def test_a_visit_is_given_up_after_ten_minutes() -> None:
    memory = Memory()
    old = memory.wait("a=1", now=100)
    fresh = memory.wait("b=2", now=100 + VISIT_SECONDS)
    assert memory.visit(old) is None
    visit = memory.visit(fresh)
    assert visit
    assert visit.query == "b=2"


def test_the_old_key_of_a_browser_is_dead_after_signing_in_again() -> None:
    memory = Memory()
    old = memory.sign_in(person("Sam"), replaces="", now=100)
    session = memory.session(old)
    new = memory.sign_in(person("Sam"), replaces=old, now=200)
    assert memory.session(old) is None
    assert memory.session(new) is session
    assert session
    assert session.signed_in_at == 200
