"""A private PostgreSQL lives exactly as long as the command beside it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from scripts import postgres

try:
    postgres.programs()
except postgres.NoServer as problem:
    pytest.skip(str(problem), allow_module_level=True)


def beside_a_server(*command: str) -> subprocess.Popen[str]:
    """The script, running this command."""
    program = [sys.executable, postgres.__file__, "--", *command]
    return subprocess.Popen(program, stdout=subprocess.PIPE, text=True, start_new_session=True)


def ask(address: str, setting: str) -> str:
    """One setting of the server at this address."""
    with psycopg.connect(address) as connection:
        return connection.execute(f"show {setting}").fetchone()[0]


def assert_gone(address: str, folder: Path) -> None:
    assert not folder.exists()
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(address)


def test_a_server_that_is_new_enough_answers_and_is_gone_afterwards():
    with postgres.private_server() as address:
        folder = Path(ask(address, "data_directory")).parent

        assert int(ask(address, "server_version_num")) >= postgres.OLDEST * 10_000
        assert ask(address, "server_encoding") == "UTF8"
    assert_gone(address, folder)


def test_a_durable_server_waits_for_the_disk():
    with postgres.private_server(durable=True) as address:
        assert ask(address, "fsync") == "on"


def test_nobody_gets_in_without_the_password():
    with postgres.private_server() as address:
        secret = psycopg.conninfo.conninfo_to_dict(address)["password"]

        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(address.replace(secret, "guessed"))


def test_the_exit_code_is_that_of_the_command():
    with beside_a_server("sh", "-c", "exit 3") as script:
        assert script.wait() == 3


@pytest.mark.parametrize(
    ("send", "number"),
    [
        pytest.param(os.killpg, signal.SIGINT, id="Ctrl-C reaches all"),
        pytest.param(os.kill, signal.SIGTERM, id="SIGTERM reaches the script alone"),
        pytest.param(os.kill, signal.SIGHUP, id="SIGHUP reaches the script alone"),
    ],
)
def test_whoever_ends_the_script_ends_the_command_and_the_server(send, number):
    with beside_a_server("sh", "-c", "echo $WAYSTATION_DATABASE; exec sleep 60") as script:
        address = script.stdout.readline().strip()
        folder = Path(ask(address, "data_directory")).parent

        send(script.pid, number)

        assert script.stdout.read() == ""  # the command, which held the other end, is gone
        assert script.wait() == 128 + number
        assert_gone(address, folder)
