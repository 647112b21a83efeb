"""An installation that is measured and thrown away: its folder, its database, its server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from scripts import postgres

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(sys.executable).with_name("waystation")
START_SECONDS = 60
OK = 200


@contextmanager
def installation(database: str, static: Path) -> Iterator[dict[str, str]]:
    """The environment of a program that works in a fresh installation on this database.

    The static files, which take longest to make, are kept in a folder for the next one.
    """
    server = postgres.private_server(durable=True) if database.startswith("PostgreSQL") else nullcontext("")
    with tempfile.TemporaryDirectory(prefix="waystation-bench-", ignore_cleanup_errors=True) as name, server as address:
        own = Path(name, "static")
        if static.exists():
            shutil.copytree(static, own)
        yield {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "waystation.front.settings",
            "WAYSTATION_DATA": name,
            "WAYSTATION_DATABASE": address,
        }
        if own.exists() and not static.exists():
            shutil.copytree(own, static)


@contextmanager
def serving() -> Iterator[tuple[int, int]]:
    """A real server over the installation of this process, as it is started by hand: its port and its process."""
    port = postgres.free_port()
    server = subprocess.Popen([PROGRAM, "serve", "--port", str(port)], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, server)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/health")
            if connection.getresponse().status == OK:
                return
        except (OSError, HTTPException):
            time.sleep(0.05)
        finally:
            connection.close()
    raise SystemExit("The server did not start.")
