from tests.security.table import PAGE, written


def test_the_reference_page_says_what_the_tests_demand():
    """Written again by `python -m tests.security.table`."""
    page = PAGE.read_text()
    assert written(page) == page
