"""202 scenarios that OpenActive's test suite recorded against the reference booking system, replayed against ours.

`scenarios.json` is what was recorded, condensed; `replay.py` sends it again, `lines.py` turns answers into comparable
lines, and `differences.json` lists how our answers differ, each with its reason.

Source: openactive/openactive-test-suite, branch gh-pages at 405d3db827, example-output/controlled/json, recorded on
17 April 2025, © 2020 OpenActive, MIT licence (`LICENSE`). Left out: credentials, tokens, generated customers (the names
of their properties are kept), texts, and addresses of that machine. An opportunity, an Order, an item or a version is a
name in braces.
"""
