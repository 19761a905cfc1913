"""The suite's category notifications: a file for each feature."""
