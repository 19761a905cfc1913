"""The world around the platform, on one machine: a Broker, a payment service, a booking system, a mailbox.

Everything here speaks HTTP to the platform and never imports it.
"""
