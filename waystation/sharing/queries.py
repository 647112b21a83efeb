"""Reads of what was published, and of figures as they stand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from waystation.access.models import Actor, Entry, Grant
from waystation.access.queries import may, scopes_of, within
from waystation.access.rules import digest
from waystation.kernel.tables import Column, Table

from . import files
from .models import Publication
from .problems import NoSuchParameter, NoSuchPublication, NotPublished
from .registry import Ask, figure_called

PUBLISHED = Publication.State.PUBLISHED
MOST_PLACES = 50


def publications(by: Actor | None) -> QuerySet[Publication]:
    """The publications somebody may see, newest first, without their rows: the public ones, and those of their places.

    Partners' ones take `sharing.see` over their whole place, internal and undecided ones `sharing.see_internal`.
    """
    seen = Q(audience=Publication.Audience.PUBLIC, state=PUBLISHED)
    if by is not None:
        seen |= Q(audience=Publication.Audience.PARTNERS, state=PUBLISHED) & within(by, "sharing.see")
        seen |= within(by, "sharing.see_internal")
    return Publication.objects.filter(seen).select_related("prepared_by", "decided_by").defer("rows").order_by("-pk")


def publication(by: Actor | None, number: int) -> Publication:
    """One publication that somebody may see. Raises NoSuchPublication."""
    found = publications(by).filter(pk=number).first()
    if found is None:
        raise NoSuchPublication(number=number)
    return found


def to_decide(by: Actor) -> QuerySet[Publication]:
    """The prepared publications that wait for this very approver: nobody approves what they prepared."""
    waiting = publications(by).filter(within(by, "sharing.approve"), state=Publication.State.WAITING)
    return waiting.exclude(prepared_by=by)


def may_decide(by: Actor | None, publication: Publication) -> dict[str, bool]:
    """What somebody may do with a publication as it stands: approve, refuse, withdraw."""
    fits = {"approve": Publication.State.WAITING, "refuse": Publication.State.WAITING, "withdraw": PUBLISHED}
    return {
        verb: by is not None and publication.state == state and may(by, f"sharing.{verb}", publication.scope)
        for verb, state in fits.items()
    }


def newer(by: Actor | None, publication: Publication) -> Publication | None:
    """The latest publication of the same figure, asked in the same way for the same audience; None if this is it."""
    same = {name: getattr(publication, name) for name in ("figure", "words", "scope", "audience")}
    return publications(by).filter(**same, state=PUBLISHED, pk__gt=publication.pk).first()


def places_known(by: Actor) -> list[str]:
    """Places over which an actor may prepare: those of their rights, and those of what was published before."""
    granted = scopes_of(by, "sharing.prepare")
    before = Publication.objects.filter(within(by, "sharing.prepare")).order_by("scope").values_list("scope", flat=True)
    return sorted({*granted, *before.distinct()[:MOST_PLACES]} - {"/"})


def latest(by: Actor | None, figure: str, words: Mapping[str, str]) -> Publication:
    """The latest publication of a figure that somebody may see, by its parameters. Raises NotPublished."""
    asked = figure_called(figure)
    for word in words:
        if word not in asked.parameters:
            raise NoSuchParameter(figure=figure, word=word, known=", ".join(asked.parameters) or "–")
    said = {f"words__{name}": str(value) for name, value in {**asked.defaults, **words}.items()}
    found = publications(by).filter(figure=figure, state=PUBLISHED, **said)
    newest = found.first()
    if newest is None:
        raise NotPublished(figure=figure)
    return newest


def table_of(publication: Publication, area: str = "") -> Table:
    """The frozen content; only the rows of one area where its code is given."""
    columns = tuple(Column(**column) for column in publication.columns)
    rows: Iterable[Sequence[Any]] = publication.rows
    if area:
        places = [at for at, column in enumerate(columns) if column.name in figure_called(publication.figure).areas]
        rows = [row for row in rows if any(row[at] == area for at in places)]
    return Table(columns, [tuple(row) for row in rows])


def checksum(columns: Any, rows: Any, basis: Any) -> str:
    """SHA-256 over a publication's content, written in one way only."""
    frozen = json.dumps([columns, rows, basis], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(frozen.encode()).hexdigest()


def is_intact(publication: Publication) -> bool:
    """Whether a publication still is what was approved."""
    return checksum(publication.columns, publication.rows, publication.basis) == publication.checksum


NO_REGISTERS = ("access", "collect", "sharing")
"""The apps whose rows no figure is made of: rights are looked at by themselves, and gateways only pass things on."""

LATE = 1000
"""So many of the last numbers of the audit log are looked through for what came late. On PostgreSQL a transaction may
be seen after another that has a higher number."""


def worked_out(name: str, asked: Ask) -> Table:
    """A figure as it stands now: as it was kept, where nothing that it may be made of has changed since.

    What is published does not come from here: it is worked out afresh.
    """
    figure = figure_called(name)
    key = _state(name, asked)
    rows = files.kept(key)
    if rows is None:
        rows = list(figure.compute(asked))
        files.keep(key, rows)
    return Table(figure.columns, [tuple(row) for row in rows])


def _state(name: str, asked: Ask) -> str:
    """All that an answer depends on, as one word: program, day, question, rights of who asks, and what was done so far.

    Whoever has the same rights has the same answer; whoever has others never gets it.
    """
    rights = Grant.objects.filter(actor=asked.by, actor__is_active=True).values_list("scope", "role__verbs")
    done = Entry.objects.exclude(app__in=NO_REGISTERS)
    number, at = done.order_by("-id").values_list("id", "at").first() or (0, None)
    question = [_program(), str(localdate()), name, asked.scope, sorted(asked.words.items())]
    return digest(json.dumps([*question, sorted(rights), number, str(at), done.filter(id__gt=number - LATE).count()]))


@cache
def _program() -> float:
    """When the program was last changed: what an older one worked out is not asked for."""
    return max(file.stat().st_mtime for file in Path(__file__).parents[1].rglob("*.py"))
