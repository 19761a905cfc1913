"""docs/reference/conformance.md: every case, and for every check the cases that go red without it."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.conformance.openid.cases import CASES, GROUPS
from tests.conformance.openid.mutation import Mutation, mutations

PAGE = Path(__file__).parent.parent.parent.parent / "docs" / "reference" / "conformance.md"
Red = dict[str, dict[str, bool]]
"""By a mutation's name: the cases that went red, and whether somebody was signed in who must not be."""

_HEAD = """# Conformance

{cases} cases of signing in and out, each one misbehaviour of a provider that speaks real HTTP to the platform's own
pages. Names that begin with `oidcc-client-test` are those of the OpenID Foundation's relying-party certification
(basic, config, RP-initiated logout, back-channel logout), names that begin with `fapi2-security-profile-final` those of
its FAPI 2 plan for clients; the others are what a strict reviewer would add. Run them with
`python -m pytest tests/conformance/openid`; one of them with `-k NAME`.

A sign-in that is refused is refused in four ways, and each case demands all of them: the provider is not asked for
userinfo afterwards; there is no session, neither in the database nor as a cookie; the page is friendly, has a reference
number, and holds no token, code, secret or stack; the log has one line with the check's name and paragraph, and no
secret either. This is not a certificate of the OpenID Foundation.

This page is written by `python -m tests.conformance.openid.mutate`.

## Without a check

Each [check](checks.md) is silenced in turn: it does its work, but refuses nothing. The cases that are meant for it then
have to go red, or nobody would notice if it were lost. In **bold**: somebody was signed in, or signed out, who must not
be. The others went red without harm: a later check stopped them under another name, the page broke, or the case ends
before anybody is signed in.

"""


def written(red: Red) -> str:
    """Return the whole page."""
    checks = _table(["Check", "Paragraph", "Cases that go red"], map(_mutant(red), mutations()))
    parts = [_HEAD.format(cases=len(CASES)), checks]
    for heading, cases in GROUPS.items():
        rows = ([f"`{case.name}`", case.says, f"`{case.rule}`" if case.rule else "–"] for case in cases)
        parts += [f"\n## {heading}\n\n", _table(["Case", "What happens", "Stopped by"], rows)]
    return "".join(parts)


def read(page: str) -> Red:
    """Return what `page` says of each mutation, so that the rest of it can be written again without running any."""
    rows = re.findall(r"(?m)^\| `(\w+\.\w+ \w+)` \| [^|]+ \| ([^|]+) \|$", page)
    return {name: {case: bool(bold) for bold, case in re.findall(r"(\*\*)?`([^`]+)`", cell)} for name, cell in rows}


def _mutant(red: Red) -> Callable[[Mutation], list[str]]:
    def row(one: Mutation) -> list[str]:
        cases = [f"**`{name}`**" if harm else f"`{name}`" for name, harm in red.get(one.name, {}).items()]
        return [f"`{one.name}`", one.check.paragraph, ", ".join(cases) or "none"]

    return row


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    return "".join(f"| {' | '.join(row)} |\n" for row in [head, ["---"] * len(head), *rows])
