"""Operations, rounds and visits: what is refused before it is written."""

from __future__ import annotations

from datetime import date

import pytest

from waystation.access.problems import BadScope
from waystation.places import actions as places
from waystation.places.problems import BadCode, NoSuchArea, NoSuchStatus
from waystation.tracking import actions
from waystation.tracking.actions import Found, Visit
from waystation.tracking.models import Assessment, Operation
from waystation.tracking.problems import AlreadyAssessed, OperationNeedsName, OperationTaken, RoundTaken


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ({"code": "", "name": "X", "scope": "/SSD"}, BadCode),
        ({"code": "a/b", "name": "X", "scope": "/SSD"}, BadCode),
        ({"code": "SSD-2", "name": " ", "scope": "/SSD"}, OperationNeedsName),
        ({"code": "SSD-2", "name": "X", "scope": "nowhere"}, BadScope),
        ({"code": "SSD-2", "name": "X", "scope": "/XYZ"}, NoSuchArea),
        ({"code": "SSD-MT", "name": "X", "scope": "/SSD"}, OperationTaken),
    ],
    ids=["no code", "a code that is no code", "no name", "no path", "no area", "taken"],
)
def test_an_operation_that_cannot_be_is_not_opened(country, words, problem):
    with pytest.raises(problem):
        actions.open_operation(by=country.system, **words)
    assert Operation.objects.count() == 1


def test_a_round_has_its_number_once(country):
    with pytest.raises(RoundTaken):
        actions.plan_round(
            by=country.officer, operation=country.operation, number=1, starts=date(2026, 4, 1), ends=date(2026, 4, 30)
        )


def test_a_site_cannot_be_in_a_state_that_is_none(country):
    with pytest.raises(NoSuchStatus):
        places.set_status(by=country.officer, site=country.sites["ssid_2"], status="flying", since=date(2026, 3, 1))


def test_the_life_of_a_site_is_kept(country):
    site = country.sites["ssid_2"]
    places.set_status(by=country.officer, site=site, status="closed", since=date(2026, 3, 1), reason="flooded")

    assert list(site.history.order_by("since").values_list("status", flat=True)) == ["verified_open", "closed"]


def visit(country, people: int) -> Visit:
    """Bor Stadium, headcount."""
    found = (Found("idps", None, people, "headcount"),)
    return Visit(country.round, country.sites["ssid_2"], "assessed", date(2026, 3, 2), found=found)


def test_the_same_visit_again_changes_nothing_and_another_figure_is_refused(country):
    actions.record_visits(by=country.officer, visits=[visit(country, 40)])
    assert actions.record_visits(by=country.officer, visits=[visit(country, 40)]) == []
    with pytest.raises(AlreadyAssessed, match="40 people, now 41"):
        actions.record_visits(by=country.officer, visits=[visit(country, 41)])

    assert Assessment.objects.count() == 1
