"""Formats of files that are loaded: one file for each."""
