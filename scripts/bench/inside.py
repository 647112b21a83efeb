"""Measures one section inside the installation that the environment names: a row a line, as JSON."""

from __future__ import annotations

import json
import sys
from importlib import import_module

import django


def main(section: str, *options: str) -> None:
    """Django is set up before the section is imported, for it needs the models."""
    django.setup()
    measuring = import_module(f"scripts.bench.{section}")
    for row in measuring.measure(quick="--quick" in options):
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
