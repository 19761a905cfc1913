"""The browser's half of the payment service: its script, the fields frame and the challenge page."""

from flask import Blueprint

from sandbox.pay.state import State
from sandbox.world import World


def blueprint(state: State, world: World) -> Blueprint:
    """Return the pages of `js.H` and `hooks.H`; the challenge's verbs are in `sandbox.pay.challenge`."""
    _ = state, world
    return Blueprint("browser", __name__)
