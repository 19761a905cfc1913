class UnwantedError(Exception):
    """A mail that was to be sent is not true or not wanted any more; the words say why, for operators."""
