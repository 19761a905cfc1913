"""The suite's category approval: a file for each feature."""
