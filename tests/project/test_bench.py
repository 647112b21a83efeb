"""What `make bench` prints can be measured: a quick run fills every section."""

import re
import subprocess
import sys
from pathlib import Path

from scripts.bench.sections import SECTIONS

ROOT = Path(__file__).parents[2]


def test_a_quick_run_measures_every_section():
    run = subprocess.run(
        [sys.executable, "-m", "scripts.bench", "--quick"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stderr
    for section in SECTIONS.values():
        _before, _title, rest = run.stdout.partition(section.title)
        assert re.search(r"^SQLite:\n\S.*\d", rest.partition("\n\n")[0], re.MULTILINE), section.title
        assert all(note in rest for note in section.notes)
    assert re.match(r"\d+ cores, \d+ GB · .* · Python 3", run.stdout)
