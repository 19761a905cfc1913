"""imin: search, booking and payment for sport and activity, white-label, for many Brokers at once."""
