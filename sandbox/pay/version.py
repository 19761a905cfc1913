"""The one API version that this service speaks."""

API_VERSION = "2026-10-28.endive"
