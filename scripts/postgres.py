"""Runs a command beside a private PostgreSQL server, which is gone afterwards.

    python scripts/postgres.py [--durable] -- COMMAND...

The command finds the server's address in WAYSTATION_DATABASE. Needs only Python's standard library.
"""

from __future__ import annotations

import argparse
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

OLDEST = 15
NAME = "waystation"
START_SECONDS = 60
START_TRIES = 3
GRACE_SECONDS = 20
SETTINGS = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": "200"}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}  # fast, for data nobody will miss

Server = subprocess.Popen[bytes]


class NoServer(Exception):
    """PostgreSQL is missing, too old or does not start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A PostgreSQL data folder that is thrown away: its programs, its folder, whose it is, its password."""

    programs: Path
    folder: Path
    owner: pwd.struct_passwd | None
    password: str

    def start(self, name: str, *options: str) -> Server:
        """Start one of PostgreSQL's programs in a session of its own: Ctrl-C is for the command, not for the server."""
        owner = self.owner
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [self.programs / name, *options],
                cwd=self.folder,
                env={**os.environ, "PGPASSWORD": self.password},
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=owner.pw_uid if owner else None,
                group=owner.pw_gid if owner else None,
                extra_groups=[] if owner else None,
            )

    def finish(self, name: str, *options: str) -> None:
        """Run one of PostgreSQL's programs to its end."""
        if self.start(name, *options).wait():
            raise NoServer(self.log.read_text())

    @property
    def log(self) -> Path:
        """Where its programs write what they have to say."""
        return self.folder / "log"


def programs() -> Path:
    """The folder of the newest PostgreSQL on this machine; Debian keeps each version in a folder of its own."""
    folders = [*Path("/usr/lib/postgresql").glob("*/bin")]
    if on_path := shutil.which("initdb"):
        folders.append(Path(on_path).resolve().parent)
    found = {version_of(folder): folder for folder in folders if (folder / "initdb").exists()}
    newest = max(found, default=0)
    if newest < OLDEST:
        raise NoServer(f"PostgreSQL {OLDEST} or newer is not installed.")
    return found[newest]


def version_of(folder: Path) -> int:
    """The main version of the PostgreSQL in a folder."""
    told = subprocess.run([folder / "initdb", "--version"], capture_output=True, text=True, check=True).stdout
    number = re.search(r"\d+", told)
    return int(number.group()) if number else 0


def owner() -> pwd.struct_passwd | None:
    """Whose process the server shall be. PostgreSQL refuses root, so root lends it another user."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoServer("PostgreSQL does not run as root, and there is no user postgres or nobody.")


def fill(cluster: Cluster) -> None:
    """Make the data folder, which lets in only who knows the password."""
    secret = cluster.folder / "password"
    secret.write_text(cluster.password)
    if cluster.owner:
        for path in (cluster.folder, secret):
            os.chown(path, cluster.owner.pw_uid, cluster.owner.pw_gid)
    entry = (f"--username={NAME}", "--auth=scram-sha-256", "--pwfile=password")
    cluster.finish("initdb", "--pgdata=data", *entry, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")


def free_port() -> int:
    """A loopback port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(cluster: Cluster, *, durable: bool) -> tuple[Server, int]:
    """Start the server on a free port. Somebody may take the port before us: then try another."""
    for _ in range(START_TRIES):
        port = free_port()
        settings = {**SETTINGS, **({} if durable else FORGETFUL), "port": port}
        server = cluster.start("postgres", "-D", "data", *[f"--{name}={value}" for name, value in settings.items()])
        if answers(cluster, server=server, port=port):
            return server, port
        stop(server)
    raise NoServer(cluster.log.read_text())


def answers(cluster: Cluster, *, server: Server, port: int) -> bool:
    """Wait until the server takes connections; false when it ended instead, or took too long."""
    until = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < until:
        if cluster.start("pg_isready", "--host=127.0.0.1", f"--port={port}").wait() == 0:
            return True
        time.sleep(0.05)
    return False


def stop(server: Server) -> None:
    """Stop at once; the data is thrown away, so nothing is written out first."""
    if server.poll() is None:
        server.send_signal(signal.SIGQUIT)
    try:
        server.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextmanager
def private_server(*, durable: bool = False) -> Iterator[str]:
    """The address of a server that lives as long as this block. Durable waits for the disk, as a real server does."""
    folder = Path(tempfile.mkdtemp(prefix="waystation-postgres-"))
    server = None
    try:
        password = secrets.token_hex(24)
        cluster = Cluster(programs=programs(), folder=folder, owner=owner(), password=password)
        fill(cluster)
        server, port = start(cluster, durable=durable)
        cluster.finish("createdb", "--host=127.0.0.1", f"--port={port}", f"--username={NAME}", NAME)
        yield f"postgres://{NAME}:{password}@127.0.0.1:{port}/{NAME}"
    finally:
        if server:
            stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def run(command: Sequence[str], *, environment: dict[str, str]) -> int:
    """Run a command to its end. Whoever ends us ends the command too, and it may clear up."""
    program = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        code = program.wait()
    except SystemExit as end:
        if end.code != 128 + signal.SIGINT:  # Ctrl-C has reached the command as well
            program.terminate()
        try:
            program.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            program.kill()
        raise
    return code if code >= 0 else 128 - code


def end_in_order() -> None:
    """Make the usual signals an ordinary end, so that every block on the way is left and clears up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)


def _leave(number: int, _frame: object) -> NoReturn:
    """Leave once; more of the same shall not stop the clearing up."""
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    sys.exit(128 + number)


def main() -> int:
    """Read the command line, then run."""
    parser = argparse.ArgumentParser(description="Run a command beside a private PostgreSQL server.")
    parser.add_argument("--durable", action="store_true", help="wait for the disk, as a real server does")
    parser.add_argument("command", nargs="+", help="what to run; WAYSTATION_DATABASE tells it the address")
    given = parser.parse_args()
    end_in_order()
    try:
        with private_server(durable=given.durable) as database:
            return run(given.command, environment={"WAYSTATION_DATABASE": database})
    except NoServer as problem:
        print(problem, file=sys.stderr)
        return os.EX_UNAVAILABLE


if __name__ == "__main__":
    sys.exit(main())
