"""The suite's category authentication: a file for each feature."""
