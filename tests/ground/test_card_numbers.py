import pytest
from hypothesis import given
from hypothesis import strategies as st

from imin.ground import card_numbers

NUMBERS = ["4242424242424242", "4242 4242 4242 4242", "5555-5555-5555-4444", "378282246310005", "6759649826438453"]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_card_number_is_found_and_masked_wherever_it_stands(number):
    for text in (number, f"my card is {number}, thanks", f"?q={number}&x=1", f"x@y.example;{number}"):
        assert card_numbers.contains(text)
        masked = card_numbers.mask(text)
        assert number not in masked
        assert not card_numbers.contains(masked)


@pytest.mark.parametrize(
    "text",
    [
        "4242424242424241",  # no Luhn
        "1732300000",  # a Unix time
        "12345678-1234-4234-8234-123456789012",
        "seti_4242424242424242",
        "A4242424242424242",
        "+44 20 7946 0958",
        "",
    ],
)
def test_other_digits_are_left_alone(text):
    assert not card_numbers.contains(text)
    assert card_numbers.mask(text) == text


@given(st.from_regex(r"[2-6][0-9]{11,17}", fullmatch=True), st.sampled_from(["", " ", "-", ". "]))
def test_every_number_with_its_check_digit_is_found(digits, gap):
    check = next(last for last in "0123456789" if card_numbers.luhn(digits + last))
    number = digits + check
    assert card_numbers.contains(gap.join(number[i : i + 4] for i in range(0, len(number), 4)))
    wrong = str((int(check) + 1) % 10)
    assert not card_numbers.contains(digits + wrong)
