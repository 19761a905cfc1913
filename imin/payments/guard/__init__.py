"""The guard against card testing (Card Details, section 7): failed tries are counted, then slowed, challenged, stopped.

`count` is called where the payment service's events are followed, `check` where a card is about to be added.
"""
