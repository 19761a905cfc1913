"""The verbs that may happen later by themselves, by name."""

from sandbox.pay.jobs import Verb

VERBS: dict[str, Verb] = {}
