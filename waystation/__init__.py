"""Waystation: displacement tracking, camp management and the way home, in one open system."""

__version__ = "0.1.0"
