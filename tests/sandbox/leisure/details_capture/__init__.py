"""The suite's category details-capture: a file for each feature."""
