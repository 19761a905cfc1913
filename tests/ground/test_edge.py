"""A fault that even the error page does not survive is answered and logged, not swallowed."""

import logging

from imin.ground.edge import edge


def test_a_broken_error_page_is_answered_in_words_and_logged(caplog):
    def broken(_environ, _start_response):
        raise RuntimeError("the error page itself")

    begun = []
    with caplog.at_level(logging.ERROR):
        body = b"".join(edge(broken)({"PATH_INFO": "/edit"}, lambda *answer: begun.append(answer)))
    (status, headers), *more = begun
    assert not more
    assert status.startswith("500 ")
    assert b"try again" in body
    assert b"the error page itself" not in body
    assert dict(headers)["Cache-Control"] == "no-store"
