import gzip
import re
from pathlib import Path

import imin

ROOMS = Path(imin.__file__).parent


def test_the_list_weighs_less_than_twenty_kilobytes(alex):
    for last4 in ("0001", "0002", "0003"):
        alex.card(last4=last4)
    page = alex.get().content
    named = re.findall(rb'(?:href|src)="/static/([^"]+)"', page)
    files = [next(ROOMS.glob(f"*/static/{name.decode()}")).read_bytes() for name in named]
    assert len(files) == 2
    assert len(page) + sum(len(gzip.compress(file)) for file in files) < 20_000
