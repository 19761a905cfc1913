"""The suite's category access: a file for each feature."""
