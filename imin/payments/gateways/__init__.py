"""Translators between our words and a payment service's: one file each, one vocabulary (`base.py`)."""
