"""Whatever colour a Broker has, its pages can be read."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.acme.brand import dark, light
from sandbox.acme.colour import READABLE, contrast

colours = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@settings(deadline=None)  # a busy machine is no fault of the colours
@given(colours)
def test_text_reads_on_every_ground_by_day_and_by_night(primary: str) -> None:
    day = light(primary)
    for palette in (day, day | dark(primary)):
        assert contrast(palette["on-brand"], palette["brand"]) >= READABLE
        assert contrast("#ffffff", palette["deep"]) >= READABLE
        assert contrast("#ffffff", palette["deeper"]) >= READABLE
        for ground in ("paper", "card", "tint"):
            for ink in ("ink", "quiet", "link", "warning"):
                assert contrast(palette[ink], palette[ground]) >= READABLE, (ink, ground, palette)


def test_contrast_is_that_of_the_guidelines() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21.0
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
