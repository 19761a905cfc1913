"""`python -m imin.demo`: what is seeded once everything runs, in a process that knows the demo's payment service."""

import django

django.setup()

from imin.demo.seed_cards import seed_cards  # noqa: E402 models are there only now
from imin.ground import clock, log  # noqa: E402

log.configure()
seed_cards(now=clock.now())
