"""HTTP in, one verb, HTTP out; one file for each thing that a Customer does."""
