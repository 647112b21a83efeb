"""Writes of sharing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal

from django.utils.timezone import now

from waystation.access.action import action
from waystation.access.models import Actor
from waystation.access.problems import MayNot
from waystation.access.queries import latest_entry, may
from waystation.kernel.tables import Table

from .models import Publication
from .problems import AlreadyDecided, NoSuchAudience, NoSuchParameter, NotGivenOut, NothingToPublish, OwnApproval
from .queries import checksum
from .registry import Ask, Figure, figure_called
from .rules import FEWEST_SHOWN, protect

FEWEST = {"public": FEWEST_SHOWN, "partners": FEWEST_SHOWN, "internal": 0}
"""The smallest count shown to an audience; 0 hides nothing (docs/decisions/0007)."""


@action(on="scope")
def prepare(
    *, by: Actor, figure: str, scope: str, audience: str = "internal", words: Mapping[str, str] | None = None
) -> Publication:
    """Work a figure out, protect the people in it for an audience, and freeze it. It waits for approval."""
    shown = figure_called(figure)
    given = {**shown.defaults, **(words or {})}
    asked = Ask(by=by, scope=scope, words={name: str(word) for name, word in given.items()})
    _check(figure, shown, asked, audience)
    protected = protect(shown.compute(asked), fewest=FEWEST[audience], totals_by=shown.totals_by)
    columns, rows = _frozen(protected.table)
    if not rows:
        raise NothingToPublish(figure=figure)
    basis = dict(shown.basis(asked))
    return Publication.objects.create(
        figure=figure,
        words={name: str(basis.get(name, "")) for name in shown.parameters if basis.get(name)} | dict(asked.words),
        scope=scope,
        audience=audience,
        columns=columns,
        rows=rows,
        basis=basis,
        withheld=protected.withheld,
        entry=latest_entry(*_apps_read(shown)),
        checksum=checksum(columns, rows, basis),
        prepared_by=by,
    )


def _check(name: str, figure: Figure, asked: Ask, audience: str) -> None:
    """The asker must see all of it: a total over a part would pass for the whole. Raises MayNot and others."""
    if audience not in FEWEST:
        raise NoSuchAudience(audience=audience, known=", ".join(FEWEST))
    for word in asked.words:
        if word not in figure.parameters:
            raise NoSuchParameter(figure=name, word=word, known=", ".join(figure.parameters) or "–")
    for app in ("places", name.partition(".")[0]):
        if not may(asked.by, f"{app}.see", asked.scope):
            raise MayNot(actor=asked.by.name, verb=f"{app}.see", scope=asked.scope)


def _apps_read(figure: Figure) -> set[str]:
    """The apps whose rows a figure is made of."""
    apps: set[str] = set()
    for read in figure.reads.values():
        apps |= _apps_read(figure_called(read)) if isinstance(read, str) else {read.__module__.split(".")[1]}
    return apps


def _frozen(table: Table) -> tuple[list[dict[str, str]], list[list[object]]]:
    """Columns and rows as JSON will give them back."""
    columns = [asdict(column) for column in table.columns]
    rows = json.loads(json.dumps([list(row) for row in table], default=_plain))
    return columns, rows


def _plain(cell: object) -> object:
    """A decimal as a number, a day as text."""
    return float(cell) if isinstance(cell, Decimal) else str(cell)


@action(on="publication")
def approve(*, by: Actor, publication: Publication) -> Publication:
    """Let a prepared publication out to its audience. Not by who prepared it, but where only the operator is there."""
    if publication.prepared_by == by and by.kind != Actor.Kind.SYSTEM:
        raise OwnApproval(scope=publication.scope)
    return _decide(by, publication, Publication.State.PUBLISHED)


@action(on="publication")
def refuse(*, by: Actor, publication: Publication, note: str) -> Publication:
    """Refuse a prepared publication, saying why."""
    return _decide(by, publication, Publication.State.REFUSED, note)


@action(on="publication")
def withdraw(*, by: Actor, publication: Publication, note: str) -> Publication:
    """Withdraw a publication that turned out wrong. It stays listed with the reason, and is given out no more."""
    if publication.state != Publication.State.PUBLISHED:
        raise NotGivenOut(number=publication.pk)
    return _close(by, publication, Publication.State.WITHDRAWN, note)


def _decide(by: Actor, publication: Publication, state: Publication.State, note: str = "") -> Publication:
    if publication.state != Publication.State.WAITING:
        raise AlreadyDecided(number=publication.pk)
    return _close(by, publication, state, note)


def _close(by: Actor, publication: Publication, state: Publication.State, note: str) -> Publication:
    publication.state, publication.note = state, note
    publication.decided_by, publication.decided_at = by, now()
    publication.save(update_fields=["state", "note", "decided_by", "decided_at"])
    return publication
