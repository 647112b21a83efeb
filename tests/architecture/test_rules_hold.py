"""The rules of the plan that imports alone cannot show; each is also broken on purpose and seen caught."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from waystation.access.action import VERBS, action
from waystation.collect.registry import intakes
from waystation.front import doing
from waystation.front.catalogue import catalogue, problems
from waystation.kernel.problems import Invalid, Problem
from waystation.kernel.registries import things_on
from waystation.places.models import Site
from waystation.sharing.registry import figures, writers

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
PLAN = CONTRACTS[0]["layers"]
FLOOR = {app.strip(): -floor for floor, line in enumerate(PLAN) for app in line.split("|")}


def relations() -> Iterator[tuple[Any, str, str]]:
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created and field.related_model:
                here, there = model._meta.app_label, field.related_model._meta.app_label
                if here != there and here in FLOOR and there in FLOOR:
                    yield field, here, there


def wrong(field: Any, here: str, there: str) -> str | None:
    """What is wrong with a relation between two apps."""
    if FLOOR[there] >= FLOOR[here]:
        return f"{field} points up"
    if not field.remote_field.hidden:
        return f"{field} shows its way back"
    return None


def test_relations_between_apps_point_down_and_hide_their_way_back():
    assert [told for field, here, there in relations() if (told := wrong(field, here, there))] == []
    assert len(list(relations())) >= 10


@pytest.mark.parametrize(
    ("here", "hidden", "told"), [("access", True, "points up"), ("tracking", False, "shows its way back")]
)
def test_a_relation_that_breaks_the_plan_is_caught(here, hidden, told):
    field = models.ForeignKey(Site, models.CASCADE, related_name="+" if hidden else "seen_from_below")

    assert told in (wrong(field, here, "places") or "")


def meddle(*, by: Any, site: Site) -> None:
    """A bad action: it writes in another app."""
    Site.objects.filter(pk=site.pk).update(name="x")


def test_an_action_that_writes_in_another_app_is_caught(country, monkeypatch):
    monkeypatch.setattr(meddle, "__module__", "waystation.camps.actions")
    bad = action(on="site")(meddle)
    VERBS.pop("camps.meddle")
    with pytest.raises(AssertionError, match="camps wrote to a table of places"):
        bad(by=country.system, site=country.sites["ssid_1"])


@pytest.mark.parametrize(
    "write",
    [
        lambda site: site.save(),
        lambda site: Site.objects.bulk_update([site], ["name"]),
        lambda site: Site.objects.filter(pk=site.pk).update(name="x"),
        lambda site: Site.objects.all().delete(),
        lambda site: Site.objects.create(code="x", name="x", area=site.area, scope="/x", kind="site", status="closed"),
    ],
    ids=["save", "bulk update", "update", "delete", "create"],
)
def test_a_write_outside_every_action_is_caught(country, write):
    with pytest.raises(AssertionError, match="nobody wrote to a table of places"):
        write(country.sites["ssid_1"])


def test_every_problem_says_what_is_wrong_and_what_to_do():
    known = list(problems())
    assert len(known) >= 50
    for problem in known:
        assert problem.message.rstrip().endswith((".", "}")), problem
        assert problem.remedy.endswith("."), problem
        assert problem.__doc__, problem
        assert problem.status != 500, problem


def test_every_form_converts_and_keeps_its_name():
    with_forms = {name: intake for name, intake in intakes().items() if intake.form}
    assert {"places.site", "tracking.location_count"} <= set(with_forms)
    for name, intake in with_forms.items():
        assert f'id="{name}"' in doing_xform(intake.form)


def doing_xform(form: str) -> str:
    from waystation.collect.registry import read_xlsform

    return read_xlsform(form.encode()).xform


def test_every_figure_has_a_title_and_reads_figures_that_exist():
    for name, figure in figures().items():
        assert figure.title
        assert {read for read in figure.reads.values() if isinstance(read, str)} <= set(figures()) - {name}
        assert set(figure.areas) | set(figure.totals_by) <= {column.name for column in figure.columns}


def test_every_action_has_a_docstring_and_takes_its_author_by_name():
    verbs = doing.verbs()
    assert len(verbs) >= 25
    for verb, act in verbs.items():
        assert act.__doc__, verb
        assert act.__kwdefaults__ is None or "by" not in act.__kwdefaults__, verb


def test_a_thing_of_the_wrong_shape_is_named(tmp_path, monkeypatch):
    folder = tmp_path / "registry"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "lost.py").write_text("nothing = 1")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(TypeError, match=r"registry/lost.py must hold `problem = Problem\(...\)`"):
        things_on("registry", Problem)
    assert {"csv", "json", "xlsx", "geojson"} <= set(writers())


def test_an_action_without_the_right_changes_nothing(country):
    from waystation.access.models import Entry
    from waystation.access.problems import MayNot
    from waystation.places import actions as places

    before = Entry.objects.count()
    with pytest.raises(MayNot, match=r"Clerk may not places\.set_status at /SSD/SS01"):
        places.set_status(by=country.clerk, site=country.sites["ssid_1"], status="closed", since=date(2026, 3, 1))
    assert Entry.objects.count() == before
    country.sites["ssid_1"].refresh_from_db()
    assert country.sites["ssid_1"].status == "verified_open"


def test_an_unknown_verb_in_a_role_is_inert(country):
    from waystation.access import actions as access
    from waystation.access.queries import may

    role = access.define_role(by=country.system, name="relic", verbs=["camps.fly", "tracking.see"])
    actor = access.add_actor(by=country.system, username="relic", name="Relic")
    access.grant(by=country.system, actor=actor, role=role, scope="/SSD")
    assert may(actor, "tracking.see", "/SSD/SS01")
    assert not may(actor, "tracking.record_visits", "/SSD/SS01")


def test_the_audit_log_names_rows_and_never_what_they_say(country):
    from waystation.access.models import Entry

    for entry in Entry.objects.all():
        for value in entry.refs.values():
            assert isinstance(value, int) or re.fullmatch(r"[a-z]+\.[a-z]+:\d+", value), entry.refs


def test_the_plan_in_architecture_md_is_the_plan_that_is_checked():
    text = (ROOT / "ARCHITECTURE.md").read_text()
    plan = re.search(r"```layers\n(.*?)```", text, re.DOTALL)
    assert plan
    drawn = [re.sub(r"\s{2,}.*", "", line).strip() for line in plan.group(1).strip().splitlines()]
    assert drawn == PLAN


def test_the_catalogue_is_fresh():
    assert (ROOT / "docs/catalogue.md").read_text() == catalogue(), "run: make catalogue"


class Unhelpful(Invalid):
    """For this test."""

    __module__ = "elsewhere.problems"
    message = "No."


def test_a_problem_without_a_remedy_would_be_caught():
    assert not Unhelpful.remedy.endswith(".")
