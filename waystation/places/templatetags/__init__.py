"""What the pages of places say in words."""
