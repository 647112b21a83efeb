"""The import contracts hold, and each of them is broken on purpose and seen caught."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

BREACHES = {
    "a lower app imports a higher one": (
        "waystation/places/queries.py",
        "from waystation.tracking import rules as _far\n",
        "Apps stand on the apps below them",
    ),
    "two apps on one line meet": (
        "waystation/tracking/rules.py",
        "from waystation.camps import apps as _beside\n",
        "Apps stand on the apps below them",
    ),
    "a gateway knows an app": (
        "waystation/collect/actions.py",
        "from waystation.places import rules as _above\n",
        "Apps stand on the apps below them",
    ),
    "an app that is in no layer": (
        "waystation/utils/__init__.py",
        "",
        "Apps stand on the apps below them",
    ),
    "a query imports an action": (
        "waystation/tracking/queries.py",
        "from . import actions as _upwards\n",
        "Inside an app",
    ),
    "a file that has no place in an app": (
        "waystation/camps/utils.py",
        "",
        "Inside an app",
    ),
    "the kernel imports Django": (
        "waystation/kernel/tables.py",
        "import django as _web\n",
        "The kernel is plain Python",
    ),
    "a rule imports Django": (
        "waystation/tracking/rules.py",
        "from django.utils import timezone as _clock\n",
        "Rules know no database and no web",
    ),
    "a rule reaches Django behind another module": (
        "waystation/sharing/rules.py",
        "from . import models as _rows\n",
        "Rules know no database and no web",
    ),
    "an endpoint imports models": (
        "waystation/collect/api/openrosa.py",
        "from ..models import Submission as _Row\n",
        "Endpoints reach rows only through actions and queries",
    ),
    "a figure imports DuckDB": (
        "waystation/tracking/figures/people_by_area.py",
        "import duckdb as _warehouse\n",
        "Only the warehouse knows DuckDB",
    ),
    "an action imports pyxform": (
        "waystation/collect/actions.py",
        "import pyxform as _forms\n",
        "Only the registry of collect knows pyxform",
    ),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts over the package in a folder."""
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--config", "pyproject.toml", "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package's Python files and the contracts, to be broken."""
    shutil.copytree(
        ROOT / "waystation",
        tmp_path / "waystation",
        ignore=lambda folder, names: [name for name in names if "." in name and not name.endswith(".py")],
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold(copy):
    told = lint(copy)

    assert told.returncode == 0, told.stdout
    assert "7 kept, 0 broken" in told.stdout


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_of_the_plan_is_caught(copy, breach):
    name, line, contract = BREACHES[breach]
    file = copy / name
    file.parent.mkdir(exist_ok=True)
    file.write_text((file.read_text() if file.exists() else '"""A stray."""\n') + line)

    told = lint(copy)

    assert told.returncode != 0, told.stdout
    assert any(contract in row and "BROKEN" in row for row in told.stdout.splitlines()) or "exhaustive" in told.stdout
