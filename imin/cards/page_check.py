"""Comparing a live page with the inventory (PCI DSS 11.6.1): what it loads, runs, frames, and its headers."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha384
from urllib.parse import urljoin, urlsplit

from imin.brokers.findings import Finding, NotCheckedError, Result, examine, ok, step, wrong
from imin.cards.inventory import Expected, expected
from imin.cards.page_reader import Contents, read, static_name
from imin.ground import http
from imin.identity import sessions

_AS_A_PERSON = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "none"}
_SHORTEST_NONCE = 22  # 128 bits, in base 64
_TAMPERED = "Find out who changed the page between our server and the browser, or who changed our server."


@dataclass
class Seen:
    """A page as it came, twice: a nonce must not come again."""

    url: str
    first: http.Answer
    second: http.Answer

    @cached_property
    def origin(self) -> str:
        """The origin of the page."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @cached_property
    def contents(self) -> Contents:
        """What the page loads and runs."""
        self.answered()
        return read(self.first.body.decode(errors="replace"))

    @cached_property
    def expected(self) -> Expected:
        """What the inventory has for it."""
        parts = urlsplit(self.url)
        return expected(parts.path, over_tls=parts.scheme == "https")

    def answered(self) -> None:
        """Raise `NotCheckedError` when there is no page to look at."""
        if self.first.status != 200:
            raise NotCheckedError("The page did not come.")

    def policy(self, answer: http.Answer) -> dict[str, set[str]]:
        """Return the content security policy by directive."""
        rules = (rule.split() for rule in answer.headers.get("content-security-policy", "").split(";"))
        return {words[0]: set(words[1:]) for words in rules if words}

    def nonces(self, answer: http.Answer) -> set[str]:
        """Return the nonces that the policy allows."""
        sources = (source for allowed in self.policy(answer).values() for source in allowed)
        return {source[7:-1] for source in sources if source.startswith("'nonce-")}


def check_page(url: str, *, session: str = "") -> list[Result]:
    """Fetch the page at `url`, with a Customer's `session` where it needs one, and compare it step by step.

    Raises `NotInInventoryError`, and what `http.request` raises.
    """
    headers = {**_AS_A_PERSON, **({"Cookie": f"{sessions.COOKIE}={session}"} if session else {})}
    seen = Seen(url, *(http.request("GET", url, headers=headers) for _ in range(2)))
    _ = seen.expected
    return examine(STEPS, seen)


@step("The page comes")
def comes(seen: Seen) -> Finding:
    """Look at status and type."""
    kind = seen.first.headers.get("content-type", "")
    if seen.first.status == 200 and kind.startswith("text/html"):
        return ok(f"200, {kind}")
    leads = seen.first.headers.get("location", "")
    return wrong(
        f"{seen.first.status}, {kind or 'no type'}{f', leads to {urlsplit(leads).netloc}' if leads else ''}",
        expected="200, text/html",
        change="A page that is for signed-in Customers needs a session: see docs/reference/scripts.md.",
    )


@step("Its scripts are those of the inventory")
def scripts(seen: Seen) -> Finding:
    """Compare each script element, and its integrity value, with the inventory."""
    found = [(static_name(script.src, seen.origin), script.integrity) for script in seen.contents.scripts if script.src]
    return _same(set(found), set(seen.expected.scripts.items()), len(found))


@step("Each script of ours is the file that the inventory knows")
def script_files(seen: Seen) -> Finding:
    """Fetch each script and compare its hash."""
    found = {
        (static_name(script.src, seen.origin), _hash(urljoin(seen.origin, script.src)))
        for script in seen.contents.scripts
        if static_name(script.src, seen.origin) in seen.expected.scripts
    }
    return _same(found, set(seen.expected.scripts.items()), len(found))


@step("No script stands in the page itself")
def inline(seen: Seen) -> Finding:
    """Look for inline scripts, event attributes, script addresses, and styles that the policy would not allow."""
    nonces = seen.nonces(seen.first)
    found = [
        *("<script>" for script in seen.contents.scripts if not script.src),
        *seen.contents.handlers,
        *("<style> without the nonce" for nonce in seen.contents.inline_style_nonces if nonce not in nonces),
    ]
    return wrong(", ".join(found), expected="None.", change=_TAMPERED) if found else ok("None.")


@step("The payment service's script is the one that is set")
def payment_script(seen: Seen) -> Finding:
    """Compare what the card form will load with the settings."""
    wanted = {seen.expected.payment.js_url} if seen.expected.payment else set()
    found = {one for one in [seen.contents.payment_script, *seen.contents.preloads] if one}
    return _same({(one, "") for one in found}, {(one, "") for one in wanted}, len(found))


@step("Its style sheets are those of the inventory")
def styles(seen: Seen) -> Finding:
    """Compare each style sheet with the inventory."""
    found = [static_name(href, seen.origin) for href in seen.contents.styles]
    return _same({(one, "") for one in found}, {(one, "") for one in seen.expected.styles}, len(found))


@step("It frames nothing and leads nowhere by itself")
def frames(seen: Seen) -> Finding:
    """Look for frames, plug-ins, base addresses and refreshes in the page; the payment service's come by its script."""
    found = seen.contents.frames
    return wrong(", ".join(found), expected="None.", change=_TAMPERED) if found else ok("None.")


@step("Its content security policy is the inventory's")
def policy(seen: Seen) -> Finding:
    """Compare the policy by directive."""
    seen.answered()
    found = {name: {_plain(source) for source in allowed} for name, allowed in seen.policy(seen.first).items()}
    wanted = seen.expected.policy
    differing = sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))
    if not differing:
        return ok(f"{len(found)} directives, each as expected.")
    return wrong(_policy_text(found, differing), expected=_policy_text(wanted, differing), change=_TAMPERED)


@step("Its nonce is long, and new each time")
def nonce(seen: Seen) -> Finding:
    """Compare the nonces of two answers."""
    seen.answered()
    one, other = seen.nonces(seen.first), seen.nonces(seen.second)
    fresh = len(one) == len(other) == 1 and one != other and len(next(iter(one))) >= _SHORTEST_NONCE
    if fresh:
        return ok("New, and at least 128 bits.")
    return wrong(
        "The same twice, too short, or not one.",
        expected="One nonce of at least 128 bits, different in each answer.",
        change="Switch off whatever keeps and repeats our pages (a cache in front of us).",
    )


@step("Its other security headers are the inventory's")
def headers(seen: Seen) -> Finding:
    """Compare the other headers."""
    seen.answered()
    found = {(name, seen.first.headers.get(name, "missing")) for name in seen.expected.headers}
    return _same(found, set(seen.expected.headers.items()), len(found))


STEPS = (comes, scripts, script_files, inline, payment_script, styles, frames, policy, nonce, headers)


def _same(found: set[tuple[str, str]], wanted: set[tuple[str, str]], count: int) -> Finding:
    """Compare names with their values; a thing that comes twice is one too many."""
    if found == wanted and count == len(wanted):
        return ok(f"{len(found)}: {', '.join(_texts(found))}" if found else "None, as expected.")
    return wrong(
        "; ".join(_texts(found - wanted or found)) or "Nothing.",
        expected="; ".join(_texts(wanted - found or wanted)) or "Nothing.",
        change=_TAMPERED,
    )


def _texts(pairs: set[tuple[str, str]]) -> Iterator[str]:
    return (f"{name} {value}".strip() for name, value in sorted(pairs))


def _plain(source: str) -> str:
    return "'nonce'" if source.startswith("'nonce-") else source


def _policy_text(rules: dict[str, set[str]], names: list[str]) -> str:
    return "; ".join(f"{name} {' '.join(sorted(rules[name]))}" if name in rules else f"no {name}" for name in names)


def _hash(url: str) -> str:
    return f"sha384-{b64encode(sha384(http.request('GET', url).body).digest()).decode()}"
