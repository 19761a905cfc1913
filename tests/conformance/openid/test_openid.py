import pytest

from tests.conformance.openid.case import Case
from tests.conformance.openid.cases import CASES
from tests.conformance.openid.scene import Scene


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_openid(case: Case, scene: Scene):
    case.play(scene)
