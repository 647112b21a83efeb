"""Measures how fast it is: receiving, loading sheets, working figures out, showing pages (docs/benchmarks.md)."""
