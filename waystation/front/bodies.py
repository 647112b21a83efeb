"""Request bodies that end too soon: half a photograph must never be kept as a whole one.

When a phone loses its connection, the server sees the body end, and Django takes what came for all there was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from email.message import Message
from typing import Any

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

LONGEST_ENDING = 100  # bytes: a boundary is 70 at most, by RFC 2046


class CutOff(OSError):
    """The body ended before the length that was announced, or without its closing boundary."""


def only_whole(application: Application) -> Application:
    """The same application, which fails on reading a body that is not whole."""

    def run(environ: Environ, start_response: Any) -> Iterable[bytes]:
        environ["wsgi.input"] = WholeBody(environ)
        return application(environ, start_response)

    return run


class WholeBody:
    """The body of one request, read once."""

    def __init__(self, environ: Environ) -> None:
        self._source = environ["wsgi.input"]
        self._left = int(environ.get("CONTENT_LENGTH") or 0)
        self._ending = closing_boundary(environ.get("CONTENT_TYPE", ""))
        self._last = b""

    def read(self, size: int = -1) -> bytes:
        """So many bytes, or all that are left. Raises CutOff when they do not come."""
        wanted = self._left if size < 0 else min(size, self._left)
        piece = self._source.read(wanted)
        if len(piece) < wanted:
            raise CutOff(f"{self._left - len(piece)} bytes of the body are missing")
        return self._noted(piece)

    def readline(self, size: int = -1) -> bytes:
        """One line, or so many bytes of it. Raises CutOff when it does not come."""
        wanted = self._left if size < 0 else min(size, self._left)
        line = self._source.readline(wanted)
        if len(line) < wanted and not line.endswith(b"\n"):
            raise CutOff(f"{self._left - len(line)} bytes of the body are missing")
        return self._noted(line)

    def _noted(self, piece: bytes) -> bytes:
        self._left -= len(piece)
        self._last = (self._last + piece)[-LONGEST_ENDING:]
        if piece and not self._left and self._ending not in self._last:
            raise CutOff("the body does not end with its closing boundary")
        return piece


def closing_boundary(content_type: str) -> bytes:
    """What a body of parts ends with; empty for any other body."""
    message = Message()
    message["Content-Type"] = content_type
    boundary = message.get_boundary() if message.get_content_maintype() == "multipart" else None
    return f"--{boundary}--".encode("latin-1", "replace") if boundary else b""
