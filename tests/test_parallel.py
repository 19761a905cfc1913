"""Tests on several workers: what shares a world, a provider or a demo stays on one of them, or each makes its own."""

from tests import parallel


def test_a_file_stays_on_one_worker(request):
    """The controller keeps together what has the same words behind the last `@`."""
    alone = not parallel.is_worker()
    assert alone or request.node.nodeid.endswith("@test_parallel.py")
