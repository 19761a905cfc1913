"""The OpenID Foundation's relying-party certification plans, and what a strict reviewer would add, as named cases.

Each case is one misbehaviour of a provider that speaks real HTTP, and one pytest id of the case's own name. What is
refused is refused wholly; see `scene.Scene.refused`. `python -m tests.conformance.openid.mutate` shows that each check
is needed, and writes docs/reference/conformance.md.
"""
