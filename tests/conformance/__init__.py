"""Other people's lists of what must hold, as tests."""
