"""What a Customer agreed to about a card: given, in force, withdrawn one by one; the evidence outlives the card.

Card Details, section 4: (a) keep the card for one's own bookings, (b) charge it without the person being present.
"""
