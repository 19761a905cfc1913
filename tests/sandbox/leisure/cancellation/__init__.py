"""The suite's category cancellation: a file for each feature."""
