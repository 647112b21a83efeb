"""Formats: one file for each, the file's name is the end of the written file's name."""
