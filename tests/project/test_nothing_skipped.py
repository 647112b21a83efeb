"""In CI a test that was not run fails the run."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SKIPPED_FOUR_WAYS = """
import pytest

@pytest.fixture
def server(): pytest.skip("no server")

def test_skipped_while_running(): pytest.skip("no server")

def test_skipped_by_its_fixture(server): ...

@pytest.mark.skip(reason="no server")
def test_marked(): ...

@pytest.mark.xfail(run=False, reason="no server")
def test_expected_to_fail_without_being_run(): ...
"""

SKIPPED_AS_A_FILE = """
import pytest

pytest.skip("no server", allow_module_level=True)
"""

ALL_RUN = """
import pytest

def test_passes(): ...

@pytest.mark.xfail
def test_fails_as_expected(): assert False
"""


def run_in_ci(folder: Path, test: str, *options: str) -> tuple[int, str]:
    """The exit code and the words of a pytest run as in CI, over one file with this text."""
    (folder / "test_one.py").write_text(test)
    program = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-c",
        "/dev/null",
        "-p",
        "no:django",
        "-p",
        "tests.nothing_skipped",
    ]
    told = subprocess.run(
        [*program, *options, "--rootdir", folder, folder], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return told.returncode, told.stdout


@pytest.mark.parametrize("options", [(), ("--numprocesses=1",)], ids=["one process", "workers"])
def test_a_skipped_test_fails_the_run_and_says_why(tmp_path, options):
    code, told = run_in_ci(tmp_path, SKIPPED_FOUR_WAYS, *options)

    assert code == pytest.ExitCode.TESTS_FAILED
    assert told.splitlines()[-1].startswith("1 failed, 3 errors")
    assert told.count("Nothing may be skipped here, but this was.") >= 4
    assert "no server" in told


@pytest.mark.parametrize("options", [(), ("--numprocesses=1",)], ids=["one process", "workers"])
def test_a_skipped_file_fails_the_run_and_says_why(tmp_path, options):
    code, told = run_in_ci(tmp_path, SKIPPED_AS_A_FILE, *options)

    assert code != pytest.ExitCode.OK
    assert "no server" in told


def test_a_run_in_which_every_test_ran_passes(tmp_path):
    code, told = run_in_ci(tmp_path, ALL_RUN)

    assert code == pytest.ExitCode.OK
    assert told.splitlines()[-1].startswith("1 passed, 1 xfailed")
