"""The suite's category leasing: a file for each feature."""
