"""The registers of places as lists that phones carry."""
