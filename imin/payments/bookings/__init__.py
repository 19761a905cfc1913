"""Bookings that need a card until a moment: placed, moved and released by orders, asked about before a card goes.

Card Details, section 3. The model is `CardBooking`; what the guard against card testing holds is a `CardHold`.
"""
