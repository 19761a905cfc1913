"""What every room stands on and no domain word belongs to: one file for each concern."""
