"""The command line's way in: finds the data folder, readies Django, and tells problems plainly.

Django must know its settings before any model can be imported, so the commands themselves (commands.py) are imported
only after the folder is known: the one import inside a function of this project.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence

from waystation.kernel.problems import Problem, Several


def data_folder(words: Sequence[str]) -> str | None:
    """The folder after `--data`, wherever it stands."""
    for at, word in enumerate(words):
        if word == "--data" and at + 1 < len(words):
            return words[at + 1]
        if word.startswith("--data="):
            return word.removeprefix("--data=")
    return None


def main(words: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0, that of the problem's kind, or 2 for words that are no command."""
    words = list(sys.argv[1:] if words is None else words)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "waystation.front.settings")
    folder = data_folder(words)
    if folder is None and any(word.startswith("--conformance") for word in words):
        folder = tempfile.mkdtemp(prefix="waystation-conformance-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if folder:
        os.environ["WAYSTATION_DATA"] = folder
    try:
        from .commands import run  # noqa: PLC0415

        return run(words)
    except Problem as problem:
        tell(problem)
        return problem.exit_code


def tell(problem: Problem) -> None:
    """A problem on standard error, in the language of the shell: what, remedy, and each one's place."""
    try:
        from django.utils.translation import gettext as translate  # noqa: PLC0415

        told = problem.as_dict(translate)
    except Exception:  # (settings that cannot be read leave nothing to translate with)
        told = problem.as_dict()
    lines = [f"{told['code']}: {told['message']}", f"  {told['remedy']}"]
    if isinstance(problem, Several):
        lines += [_line(one) for one in told["each"][:MOST_TOLD]]
        if len(told["each"]) > MOST_TOLD:
            lines.append(f"  … {len(told['each']) - MOST_TOLD}")
    print("\n".join(lines), file=sys.stderr)  # noqa: T201


MOST_TOLD = 200


def _line(one: dict[str, object]) -> str:
    place = one["place"]
    assert isinstance(place, dict)  # noqa: S101
    where = ":".join(str(part) for part in (place["row"], place["column"]) if part is not None)
    return f"  {where or '-'}  {one['code']}: {one['message']} {one['remedy']}"
