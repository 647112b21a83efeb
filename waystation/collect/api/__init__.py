"""Endpoints of phones and programs, under /v1: OpenRosa, and the REST interface that ODK Central's clients know."""
