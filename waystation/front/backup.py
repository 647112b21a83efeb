"""Everything in one file."""
