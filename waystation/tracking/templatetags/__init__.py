"""What the pages of tracking say in words."""
