"""Django's PostgreSQL, which here gives up on a server that never answers; Django asks for the name `base`."""
