"""The operator's admin at `console.<platform domain>`: Brokers, their domains, looks and sign-in settings."""
