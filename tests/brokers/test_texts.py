import pytest

from imin.brokers.texts import problems


def test_plain_texts_are_fine():
    assert problems({"en": {"intro": "Tea & cake\nat five.", "help": ""}, "en-gb": {}, "ar": {"help": "مرحبا"}}) == []


@pytest.mark.parametrize(
    ("texts", "complaint"),
    [
        ([], "object of languages"),
        ({"English": {}}, "language code"),
        ({"en_GB": {}}, "language code"),
        ({"en": "Hello"}, "write an object"),
        ({"en": {"footer": "Hello"}}, "no such place"),
        ({"en": {"intro": 5}}, "quotation marks"),
        ({"en": {"intro": "x" * 301}}, "301 characters"),
        ({"en": {"intro": "<i>Hello</i>"}}, "plain text"),
        ({"en": {"intro": "Hello &lt;b&gt;"}}, "plain text"),
        ({"en": {"intro": "Pay\u202egnp.exe"}}, "plain text"),
        ({"en": {"intro": "bell\x07"}}, "plain text"),
        ({"en": {"help": "Try 4242 4242 4242 4242"}}, "card number"),
    ],
)
def test_everything_else_is_named(texts, complaint):
    (said,) = problems(texts)
    assert complaint in said


def test_every_problem_is_named_at_once():
    assert len(problems({"en": {"intro": "<", "help": ">"}, "??": {}})) == 3
