"""Waystation: displacement tracking, camp management and the way home, in one open system."""
