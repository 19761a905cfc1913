"""The suite's category tax: a file for each feature."""
