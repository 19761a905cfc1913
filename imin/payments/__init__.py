"""Saved payment cards: adding, editing, removing them, and agreeing with the payment service about them.

A card here is the payment service's token and what it tells us; a card number never enters our process.
"""
