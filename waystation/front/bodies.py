"""Request bodies that end too soon: half a photograph must never be kept as a whole one.

When a phone loses its connection, the server sees the body end, and Django takes what came for all there was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from email.message import Message
from tempfile import SpooledTemporaryFile
from typing import Any

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

LONGEST = 101_000_000  # bytes: more than what is taken in at once
KEPT_IN_MEMORY, PIECE = 1_000_000, 65_536  # bytes
LONGEST_ENDING = 100  # bytes: a boundary is 70 at most, by RFC 2046


class CutOff(OSError):
    """The body ended before the length that was announced, or without its closing boundary."""


def only_whole(application: Application) -> Application:
    """The same application, which fails on reading a body that is not whole."""

    def run(environ: Environ, start_response: Any) -> Iterable[bytes]:
        if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
            measure(environ)
        environ["wsgi.input"] = WholeBody(environ)
        return application(environ, start_response)

    return run


def measure(environ: Environ) -> None:
    """Say how long a body is that comes in chunks, whose length nobody announced: Django would take it for empty.

    It is read to its end, or to more than is taken in anywhere; what does not come whole is told as cut off later.
    """
    spool = SpooledTemporaryFile(KEPT_IN_MEMORY)  # noqa: SIM115  (it lives as long as the request)
    size = 0
    try:
        while size <= LONGEST and (piece := environ["wsgi.input"].read(PIECE)):
            size += spool.write(piece)
    except OSError:
        size += 1  # what is announced and does not come
    spool.seek(0)
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = spool, str(size)


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
