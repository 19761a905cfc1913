"""A payment service on one machine: the part of Stripe's HTTP API, Stripe.js and webhooks that we use.

Cards are Stripe's published test numbers and nothing is ever charged.
What it answers is what Stripe answers for API version 2026-10-28.endive,
so that code which passes here works there by changing keys and addresses.
"""
