"""A pytest plugin for CI: what was not run has failed. Loaded with `-p tests.nothing_skipped`."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

import pytest

NOT_RUN = "[NOTRUN]"  # how pytest tells xfail(run=False)

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped test into a failed one."""
    return failed_if_not_run((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn a file that is skipped as a whole into an error."""
    return failed_if_not_run((yield))


def failed_if_not_run(report: Report) -> Report:
    """The same report, failed where it says skipped. A test that is expected to fail, and did, has run."""
    expected = getattr(report, "wasxfail", None)
    if report.skipped and (expected is None or expected.startswith(NOT_RUN)):
        why = expected or (report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"Nothing may be skipped here, but this was. {why}"
        vars(report).pop("wasxfail", None)
    return report
