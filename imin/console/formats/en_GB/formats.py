"""How the console writes times: by 24 hours, and saying that they are UTC, for whoever compares them with a log."""

DATETIME_FORMAT = "j M Y, H:i e"
TIME_FORMAT = "H:i"
