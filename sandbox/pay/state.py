"""All that the running service remembers."""


class State:
    """The service's memory; filled by the server half."""
