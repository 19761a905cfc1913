"""The suite's category broker-role: a file for each feature."""
