"""Writes docs/catalogue.md from the code: every verb, form, figure, format and problem on one page.

python -m scripts.catalogue [--check]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import django

PAGE = Path(__file__).resolve().parents[1] / "docs" / "catalogue.md"


def main() -> int:
    """Write the page, or only see whether it is up to date."""
    parser = argparse.ArgumentParser(description="Write docs/catalogue.md from the code.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the page is out of date")
    given = parser.parse_args()
    django.setup()
    from waystation.front.catalogue import catalogue  # noqa: PLC0415 (Django must be set up first)

    if not given.check:
        PAGE.write_text(catalogue())
    elif not PAGE.exists() or PAGE.read_text() != catalogue():
        print("docs/catalogue.md is out of date. Run: make catalogue")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
