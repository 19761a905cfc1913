"""The suite's category payment: a file for each feature."""
