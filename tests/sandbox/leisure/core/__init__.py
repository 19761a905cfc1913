"""The suite's category core: a file for each feature."""
