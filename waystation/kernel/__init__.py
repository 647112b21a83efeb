"""The ground: plain Python that every app stands on. Imports nothing but the standard library."""
