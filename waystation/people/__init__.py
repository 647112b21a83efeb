"""Who: households and persons, and finding the same one again. To come."""
