"""`imin demo`: the platform and a sandbox world around it on one machine, seeded with two Brokers."""
