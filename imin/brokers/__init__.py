"""Whose platform this is: Brokers, their domains, looks and sign-in settings, and the walls between them.

Follows Card Details (sections 6 and 7: the Broker's set-up, host to Broker) and invariant 1: tenant
isolation is the database's.
"""
