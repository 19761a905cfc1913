"""Plays each case as it is, and again with the check that it names silenced; run by `mutate` alone."""

from contextlib import nullcontext

import pytest

from tests.conformance.openid.case import Case
from tests.conformance.openid.mutation import Mutation, mutations
from tests.conformance.openid.scene import Scene

MUTATIONS = mutations()
RUNS = [(None, case) for one in MUTATIONS for case in one.aimed] + [
    (one, case) for one in MUTATIONS for case in one.aimed
]


@pytest.mark.parametrize(("mutation", "case"), RUNS)
def test_mutant(mutation: Mutation | None, case: Case, scene: Scene):
    with mutation.at_work() if mutation else nullcontext():
        case.play(scene)
