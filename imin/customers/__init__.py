"""Customer Accounts: who somebody is at one Broker, found again by the provider's `sub`."""
