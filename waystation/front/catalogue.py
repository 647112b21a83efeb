"""Everything this installation can do, take in, show and refuse, as one page: docs/catalogue.md."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from django.utils.module_loading import autodiscover_modules

from waystation.collect.registry import intakes, readers
from waystation.kernel.problems import Problem
from waystation.sharing.registry import figures, writers

from .doing import offered, verbs
from .variables import PREFIX, SETTINGS


def problems(kind: type[Problem] = Problem) -> Iterator[type[Problem]]:
    """Every problem that an app has named."""
    autodiscover_modules("problems")
    for child in kind.__subclasses__():
        yield from problems(child)
        if child.message and child.__module__.startswith("waystation."):
            yield child


def catalogue() -> str:
    """The page, in Markdown."""
    parts = {
        "Verbs": _verbs(),
        "Forms and sheets taken in": [
            f"- `{name}` {_opening(intake.read)}" for name, intake in sorted(intakes().items())
        ],
        "Files read": [f"- `{suffix}` {_opening(reader.read)}" for suffix, reader in sorted(readers().items())],
        "Figures": [
            f"- `{name}` {figure.title}: {', '.join(f'`{column.name}` {column.hxl}' for column in figure.columns)}"
            for name, figure in sorted(figures().items())
        ],
        "Formats": [f"- `{name}` {writer.media}" for name, writer in sorted(writers().items())],
        "Settings": [
            f"- `{PREFIX}{setting.name}` (default: {setting.default or 'empty'}) {setting.help}" for setting in SETTINGS
        ],
        "Problems": [
            f"- `{problem.code()}` ({problem.status}) {problem.message} {problem.remedy}"
            for problem in sorted(set(problems()), key=lambda problem: problem.code())
        ],
    }
    body = "\n\n".join(f"## {title}\n\n" + "\n".join(lines) for title, lines in parts.items())
    return f"# Catalogue\n\nWritten by `make catalogue`; do not edit.\n\n{body}\n"


def _verbs() -> list[str]:
    lines = []
    for verb, action in sorted(verbs().items()):
        takes = ", ".join(name for name in inspect.signature(action).parameters if name != "by")
        inside = "" if offered(verb) else " *(only from inside: it takes what words cannot say)*"
        lines.append(f"- `{verb}({takes})` {' '.join((inspect.getdoc(action) or '').split())}{inside}")
    return lines


def _opening(thing: object) -> str:
    module = inspect.getmodule(thing)
    return (inspect.getdoc(module) or "").splitlines()[0] if module else ""


if __name__ == "__main__":
    import django

    django.setup()
    print(catalogue(), end="")  # noqa: T201
