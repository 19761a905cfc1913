"""A database for the sandbox's booking system, beside the platform's in the embedded PostgreSQL."""

import psycopg
from django.conf import settings
from psycopg import sql

NAME = "leisure"


def database() -> str:
    """Make the database and a role that owns nothing else; return its DSN, empty without an embedded PostgreSQL."""
    if settings.DATABASE_URL:
        return ""
    place = settings.DATABASES["owner"]
    with psycopg.connect(host=place["HOST"], user=place["USER"], dbname="postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [NAME]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(NAME)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(sql.Identifier(NAME)))
    return f"host={place['HOST']} user={NAME} dbname={NAME}"
