"""A server for outside test suites: made of a plain fixture, and put back to it at a word (docs/conformance.md)."""

from .fixture import check, load, read
from .state import drain, reset, set_down

__all__ = ["check", "drain", "load", "read", "reset", "set_down"]
