"""Reads of what was published."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from waystation.access.models import Actor
from waystation.access.queries import within
from waystation.kernel.tables import Column, Table

from .models import Publication
from .problems import NoSuchParameter, NoSuchPublication, NotPublished
from .registry import figure_called

PUBLISHED = Publication.State.PUBLISHED


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
