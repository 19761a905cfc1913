"""Debian's Chromium, and how it is started here.

The one without a window, where `make debian` could fetch it, takes much less of the machine: it has no tabs and no
menus to draw. What shows pages is the same.
"""

import os
import shutil

from tests.debian import UNPACKED

_WINDOWLESS = shutil.which("chromium-headless-shell", path=f"{os.environ['PATH']}:{UNPACKED / 'lib' / 'chromium'}")
INSTALLED = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMIUM = _WINDOWLESS if _WINDOWLESS and INSTALLED else INSTALLED  # whose libraries both need
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
