"""GeoJSON (RFC 7946): one feature for each submission, at the first place that its form asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import orjson

from ..rules.fields.columns import (
    META_FIRST,
    META_LAST,
    answer_at,
    columns_of,
    geometry_field,
    meta_last,
    moment,
    row_reader,
)
from . import Export, Writer

BATCH: Final = 500  # features that are written at once


def write(export: Export) -> Iterator[bytes]:
    """One batch of features after another, each feature on its own line."""
    yield b'{"type":"FeatureCollection","features":['
    batch: list[bytes] = []
    for number, feature in enumerate(_features(export)):
        batch += (b",\n" if number else b"\n", orjson.dumps(feature))
        if len(batch) >= BATCH:
            yield b"".join(batch)
            batch.clear()
    yield b"".join([*batch, b"\n]}\n"])


def _features(export: Export) -> Iterator[dict[str, Any]]:
    """The answers lie flat, under the names of the CSV's columns: the full ones, since no two may be the same."""
    options = replace(export.options, group_paths=True, labelled_headings=False)
    place = geometry_field(export.fields)
    answers = columns_of(export.fields, options=options)
    names = [*META_FIRST, *(column.name for column in answers), *META_LAST]
    read = row_reader(export.fields, options=options)
    for meta, tree in export.rows:
        cells = [moment(meta.submitted_at), *read(tree), *meta_last(meta)]
        found = answer_at(tree, place.path) if place else None
        yield {
            "type": "Feature",
            "id": meta.instance_id,
            "geometry": _geometry(found),
            "properties": dict(zip(names, cells, strict=True)),
        }


def _geometry(found: Any) -> dict[str, Any] | None:
    """The place alone: its accuracy is told among the answers, where readers of GeoJSON look."""
    if not isinstance(found, dict):
        return None
    return {"type": found["type"], "coordinates": found["coordinates"]}


writer = Writer(media="application/geo+json", write=write)
