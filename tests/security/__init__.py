"""The walls, as tests: every route against every attack, and card numbers against every place that takes text."""
