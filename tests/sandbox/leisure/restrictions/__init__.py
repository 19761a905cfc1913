"""The suite's category restrictions: a file for each feature."""
