"""What the two operators have on: sites, classes, courts, courses and events, made from a seed."""
