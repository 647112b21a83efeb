"""Tools for who works on Waystation; the Makefile calls them."""
