"""Runs the tests on SQLite, then on PostgreSQL, and says plainly what could not be run.

    python -m scripts.test [PYTEST'S OPTIONS…]

What is missing is installed where that is allowed. In CI (CI=true) nothing may be missing and nothing may be skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts import postgres

ROOT = Path(__file__).resolve().parents[1]
PYTEST = [sys.executable, "-m", "pytest", "--numprocesses=auto", "--maxprocesses=8", "--dist=loadfile"]
IN_CI = os.environ.get("CI", "") not in ("", "0", "false")


def missing() -> dict[str, str]:
    """The Debian packages that this machine lacks, and what cannot be tested without each."""
    found = {}
    if shutil.which("chromium") is None:
        found["chromium"] = "the tests in a browser. Chromium is not installed."
    try:
        postgres.programs()
    except postgres.NoServer as problem:
        found["postgresql"] = f"the tests on PostgreSQL. {problem}"
    return found


def pytest(name: str, options: Sequence[str], *, database: str) -> int:
    """Run the suite on one database."""
    print(f"\nTests on {name}", flush=True)
    return postgres.run([*PYTEST, *options], environment={"WAYSTATION_DATABASE": database})


def on_both(options: Sequence[str], *, with_postgres: bool) -> list[int]:
    """The exit codes of the suite on each database. A failure on one does not spare the other."""
    codes = [pytest("SQLite", options, database="")]
    if with_postgres:
        with postgres.private_server() as address:
            version = postgres.version_of(postgres.programs())
            codes.append(pytest(f"PostgreSQL {version}", options, database=address))
    return codes


def tell(lacking: dict[str, str], *, closing: str) -> None:
    """Say what was not run."""
    print("", *[f"NOT RUN: {what}" for what in lacking.values()], closing, sep="\n", flush=True)


def main(options: Sequence[str]) -> int:
    """Install what is missing, run what can be run, and tell what was not."""
    postgres.end_in_order()
    if packages := missing():
        subprocess.run([ROOT / "scripts" / "prepare.sh", *packages], check=False)
    lacking = missing()
    if IN_CI and lacking:
        tell(lacking, closing="In CI nothing may be left out.")
        return os.EX_UNAVAILABLE
    strict = ["-p", "tests.nothing_skipped"] if IN_CI else []
    chosen = ["-m", "not browser"] if "chromium" in lacking else []
    try:
        codes = on_both([*strict, *chosen, *options], with_postgres="postgresql" not in lacking)
    except postgres.NoServer as problem:
        print(f"PostgreSQL does not start:\n{problem}")
        return os.EX_UNAVAILABLE
    if lacking:
        tell(lacking, closing=f"To run them: apt-get install {' '.join(lacking)}")
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
