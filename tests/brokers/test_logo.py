from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imin.brokers import logo
from tests.console import fill


def opened(kept: logo.Logo) -> Image.Image:
    return Image.open(BytesIO(kept.data))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_keeps_its_kind_and_becomes_small(kind):
    kept = logo.read(fill.picture(kind, (1600, 400)))
    assert kept.media_type == f"image/{kind.lower()}"
    assert (opened(kept).format, opened(kept).size) == (kind, (800, 200))


def test_a_small_picture_keeps_its_size():
    assert opened(logo.read(fill.picture("PNG", (120, 40)))).size == (120, 40)


def test_nothing_hidden_in_the_file_survives():
    sent = fill.picture_with_secrets()
    assert b"51.5N" in sent
    assert b"51.5N" not in logo.read(sent).data


def test_camera_data_is_gone_and_the_picture_upright():
    sent = Image.Exif()
    sent[0x0112] = 6  # lying on its side
    sent[0x010F] = "Maker"
    kept = logo.read(fill.picture("JPEG", (300, 100), exif=sent.tobytes(), comment=b"by Olive"))
    assert opened(kept).size == (100, 300)
    assert b"Maker" not in kept.data
    assert b"Olive" not in kept.data
    assert not dict(opened(kept).getexif())


def test_a_transparent_picture_stays_transparent():
    file = BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(file, "PNG")
    assert opened(logo.read(file.getvalue())).getpixel((1, 1))[3] == 0


def test_a_large_file_is_refused_with_its_size():
    with pytest.raises(logo.BadLogoError, match="101 KB"):
        logo.read(b"\x89PNG\r\n\x1a\n" + bytes(101 * 1024))


def test_a_picture_with_a_palette_does_not_grow_over_the_limit():
    file = BytesIO()
    Image.effect_noise((300, 300), 90).save(file, "PNG", optimize=True)
    kept = logo.read(file.getvalue())
    assert len(kept.data) <= logo.MAX_BYTES
    assert opened(kept).size == (300, 300)


def test_what_grows_when_it_is_encoded_again_is_made_smaller_still():
    file = BytesIO()
    Image.effect_noise((500, 500), 90).save(file, "WEBP", quality=1)
    kept = logo.read(file.getvalue())
    assert len(kept.data) <= logo.MAX_BYTES
    assert opened(kept).size[0] < 500


def test_a_picture_that_unpacks_to_too_much_is_refused():
    file = BytesIO()
    Image.new("1", (6000, 5000)).save(file, "PNG", optimize=True)
    with pytest.raises(logo.BadLogoError, match="too many pixels"):
        logo.read(file.getvalue())


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF"])
def test_other_kinds_are_refused_whatever_they_are_called(kind):
    with pytest.raises(logo.BadLogoError, match="none of them"):
        logo.read(fill.picture(kind, (10, 10)))


@given(
    kind=st.sampled_from(["PNG", "JPEG", "WEBP"]),
    at=st.integers(0, 400),
    bytes_=st.binary(max_size=20),
    cut=st.integers(0, 400),
)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(kind, at, bytes_, cut):
    sent = bytearray(fill.picture(kind, (60, 20)))
    sent[at : at + len(bytes_)] = bytes_
    with suppress(logo.BadLogoError):
        assert opened(logo.read(bytes(sent[: len(sent) - cut] if cut else sent))).format == kind
