"""A real installation of a test's own, on the database under test, with the real command line and the real server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

COMMAND = Path(sys.executable).with_name("waystation")
PATIENCE = 60  # seconds that a server may take to answer first


@dataclass(frozen=True)
class Installation:
    """A data folder, and the environment in which its commands run."""

    folder: Path
    environment: dict[str, str]

    def run(self, *words: str, stdin: str = "", check: bool = True) -> subprocess.CompletedProcess[str]:
        """One command of the shell."""
        return subprocess.run(
            [COMMAND, *words], env=self.environment, input=stdin, capture_output=True, text=True, check=check
        )

    @contextmanager
    def serving(self, *, workers: int = 2) -> Iterator[Server]:
        """A server that answers; ended, with all its processes, at the end."""
        server = self.start(workers=workers)
        try:
            yield server
        finally:
            server.kill(signal.SIGTERM)

    def start(self, *, workers: int = 2, port: int | None = None) -> Server:
        """Start a server and wait until it answers."""
        port = port or free_port()
        with (self.folder.parent / f"server-{port}.log").open("ab") as log:
            process = subprocess.Popen(
                [COMMAND, "serve", "--port", str(port), "--workers", str(workers)],
                env=self.environment,
                start_new_session=True,
                stderr=log,
            )
        server = Server(process, port)
        server.wait()
        return server


@dataclass(frozen=True)
class Server:
    """A running server: one process group."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def address(self) -> str:
        """Where it answers, without the last slash."""
        return f"http://localhost:{self.port}"

    def wait(self) -> None:
        """Until it answers."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with urllib.request.urlopen(f"{self.address}/health", timeout=5):
                    return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End every process of it."""
        os.killpg(self.process.pid, how)
        self.process.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def installation(folder: Path) -> Iterator[Installation]:
    """An installation in a folder: on SQLite there, or in a database of its own on the server under test."""
    environment = {**os.environ, "WAYSTATION_DATA": str(folder)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    address = os.environ.get("WAYSTATION_DATABASE")
    if not address:
        yield Installation(folder, environment)
        return
    import psycopg

    name = f"waystation_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f'create database "{name}"')
        environment["WAYSTATION_DATABASE"] = urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
        try:
            yield Installation(folder, environment)
        finally:
            server.execute(f'drop database "{name}" with (force)')
