"""OpenActive's test interface (`/api/test-interface`): opportunities that fit a criterion, and what only a seller does.

`datasets.py` makes and deletes opportunities (`make.py`), `criteria.py` knows what each criterion asks for, `shapes.py`
verifies shape expressions, `showcase.py` makes some of each from the start; `actions.py` sends each simulate action to
the function that does it.
"""
