"""The tests, one folder for each app."""
