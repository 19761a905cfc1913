"""Reading a page as a browser does, as far as it loads or runs something."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

_STATIC = re.compile(r"/static/(.+?)(?:\.[0-9a-f]{12})?(\.\w+)")
_FRAMES = {"frame", "iframe", "object", "embed", "base", "applet", "portal"}
_ADDRESSES = {"href", "src", "action", "formaction", "data", "xlink:href", "srcdoc"}
_RUNS = {"", "module", "text/javascript", "application/javascript", "text/ecmascript", "importmap", "speculationrules"}


@dataclass(frozen=True)
class Script:
    """A script element: where it comes from (empty: it stands in the page), and what the page says of it."""

    src: str
    integrity: str
    nonce: str


@dataclass
class Contents:
    """What a page loads, runs, or lets run."""

    scripts: list[Script] = field(default_factory=list)
    preloads: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    inline_style_nonces: list[str] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    handlers: list[str] = field(default_factory=list)
    payment_script: str = ""


def read(html: str) -> Contents:
    """Return what `html` loads and runs."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.contents


def static_name(src: str, origin: str) -> str:
    """Return the name of our static file that `src` loads on a page of `origin`, or the whole address of another."""
    address = urljoin(origin, src)
    found = _STATIC.fullmatch(urlsplit(address).path)
    ours = address.startswith(f"{origin}/") and found and not urlsplit(address).query
    return f"{found[1]}{found[2]}" if ours and found else address


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.contents = Contents()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what this element loads or runs."""
        given = {name: value or "" for name, value in attrs}
        self._of_any(tag, given)
        if tag == "script" and ("src" in given or given.get("type", "").strip().lower() in _RUNS):
            script = Script(given.get("src", ""), given.get("integrity", ""), given.get("nonce", ""))
            self.contents.scripts.append(script)
        elif tag == "style":
            self.contents.inline_style_nonces.append(given.get("nonce", ""))
        elif tag == "link":
            self._link(given)
        elif tag in _FRAMES or (tag == "meta" and given.get("http-equiv")):
            self.contents.frames.append(f"<{tag}> {given.get('src') or given.get('href') or given.get('content', '')}")
        elif tag == "form":
            self.contents.payment_script = given.get("data-script") or self.contents.payment_script

    def _of_any(self, tag: str, given: dict[str, str]) -> None:
        for name, value in given.items():
            runs = name in _ADDRESSES and re.sub(r"[\x00-\x20]", "", value).lower().startswith("javascript:")
            if name.startswith("on") or runs or name in {"srcdoc", "style"}:
                self.contents.handlers.append(f"<{tag} {name}>")

    def _link(self, given: dict[str, str]) -> None:
        kinds = given.get("rel", "").lower().split()
        if "stylesheet" in kinds:
            self.contents.styles.append(given.get("href", ""))
        elif {"preload", "modulepreload", "prefetch", "import"} & set(kinds):
            self.contents.preloads.append(given.get("href", ""))
