"""The two commands, and the others: each has a line of help, and none keeps quiet about what it left out."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()


def test_make_alone_explains_every_command():
    told = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    commands = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE).group(1).split()
    assert re.findall(r"^  make (\w+) +\w", told, re.MULTILINE) == commands


def test_in_ci_a_machine_without_chromium_fails_before_anything_is_run():
    known = {**os.environ, "PATH": "/nowhere", "CI": "true"}

    run = subprocess.run(
        [sys.executable, "-m", "scripts.test"], cwd=ROOT, env=known, capture_output=True, text=True, check=False
    )

    assert run.returncode == os.EX_UNAVAILABLE
    assert "NOT RUN: the tests in a browser. Chromium is not installed." in run.stdout
    assert "Tests on SQLite" not in run.stdout


def test_elsewhere_it_runs_the_rest_and_says_what_it_left_out(tmp_path):
    (tmp_path / "test_one.py").write_text(
        "import pytest\n\ndef test_plain(): ...\n\n@pytest.mark.browser\ndef test_page(): assert False\n"
    )
    known = {**os.environ, "PATH": "/nowhere", "CI": ""}
    options = ["-c", "/dev/null", "-p", "no:django", "-W", "ignore", "--rootdir", tmp_path, tmp_path]

    run = subprocess.run(
        [sys.executable, "-m", "scripts.test", *options],
        cwd=ROOT,
        env=known,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == os.EX_OK
    assert "1 passed" in run.stdout
    assert "NOT RUN: the tests in a browser." in run.stdout
