"""Mails to a Broker's Customers, in its looks and their language (Card Details, section 3).

Reads the outbox and is imported by nobody: what is to be told is a row that names a card, and what a mail says is
written when it leaves. Mails to operators are not a Broker's; they stay with `ground/mail.py`.
"""
