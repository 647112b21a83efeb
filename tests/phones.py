"""A phone as the server sees one: multipart requests, byte by byte."""

from __future__ import annotations

import http.client
from collections.abc import Mapping

BOUNDARY = "a-boundary-of-the-test"
HEADERS = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "X-OpenRosa-Version": "1.0"}
FORM = "xml_submission_file"

Part = tuple[str, str | None, bytes]
"""The name of a field, the name of its file if it is one, and the bytes."""


def body_of(*parts: Part, end: bool = True) -> bytes:
    """The body of a request, as ODK Collect writes it."""
    written = []
    for field, name, content in parts:
        file = "" if name is None else f'; filename="{name}"'
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"{file}\r\n\r\n'
        written += [head.encode(), content, b"\r\n"]
    return b"".join([*written, f"--{BOUNDARY}--\r\n".encode() if end else b""])


def form_body(xml: bytes, files: Mapping[str, bytes] | None = None) -> bytes:
    """The body of one submission."""
    return body_of((FORM, "form.xml", xml), *[(name, name, content) for name, content in (files or {}).items()])


def post(port: int, address: str, body: bytes, headers: Mapping[str, str] = HEADERS) -> tuple[int, bytes]:
    """Send it over the network. Raises OSError or HTTPException where there is no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", address, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
