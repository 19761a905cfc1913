import pytest
from hypothesis import given
from hypothesis import strategies as st

from imin.brokers.contrast import AA, DARK_PAGE, LIGHT_PAGE, nearest, ratio, text_on

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_ratios_are_those_of_the_guidelines():
    assert round(ratio("#000000", "#ffffff"), 2) == 21
    assert round(ratio("#767676", "#ffffff"), 2) == 4.54


@given(COLOURS, st.sampled_from([LIGHT_PAGE, DARK_PAGE]))
def test_the_nearest_shade_passes(colour, page):
    assert ratio(nearest(colour, page), page) >= AA


@given(COLOURS)
def test_black_or_white_is_always_read(colour):
    assert ratio(text_on(colour), colour) >= AA


@pytest.mark.parametrize(("colour", "shade"), [("#0b5d4e", "#0b5d4e"), ("#ff9900", "#ab6600"), ("#ffffff", "#767676")])
def test_the_hue_stays_and_what_passes_is_left_alone(colour, shade):
    assert nearest(colour, LIGHT_PAGE) == shade
