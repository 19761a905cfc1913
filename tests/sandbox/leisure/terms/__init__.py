"""The suite's category terms: a file for each feature."""
