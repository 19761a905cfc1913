"""A Customer's rights over their data: a copy of all of it, and that it is erased (Card Details, section 5).

Every room says what erasing means for its own tables; this one calls them, and looks whether anything was forgotten.
"""
