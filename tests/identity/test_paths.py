from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imin.identity import paths

OURS = "https://cards.acmebroker.example/oidc/callback"


@given(st.text("/\\.:@\t\n?#%abe", max_size=12))
@example("//evil.example")
@example("/\\evil.example")
@example("/\t/evil.example")
@example("https:evil.example")
@example("/@evil.example")
def test_no_path_leads_to_another_host(path):
    target = urlsplit(urljoin(OURS, paths.local(path, home="/edit")))
    assert (target.scheme, target.netloc) == ("https", "cards.acmebroker.example")


@pytest.mark.parametrize("path", ["/", "/edit", "/edit/cards/3?x=1&y=%2F#top", "/straße"])
def test_our_own_pages_are_kept(path):
    assert paths.local(path, home="/home") == path


@pytest.mark.parametrize("path", ["", "edit", "/oidc/start", "/oidc/", "/a\x00b", "/a\u2028b", "/" + "a" * 500])
def test_anything_else_leads_home(path):
    assert paths.local(path, home="/home") == "/home"
