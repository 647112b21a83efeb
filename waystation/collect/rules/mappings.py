"""Mappings: how a sheet's columns answer a form's questions, as an office writes them in YAML."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import yaml

from ..problems import MappingNotReadable, NoSuchMappingPart, WrongMappingPart

ROW = re.compile(r"[1-9]\d{0,6}", re.ASCII)


def _is_text(part: Any) -> bool:
    return isinstance(part, str)


def _is_row(part: Any) -> bool:
    return isinstance(part, str) and bool(ROW.fullmatch(part))


def _is_pairs(part: Any) -> bool:
    return isinstance(part, dict) and all(isinstance(word, str) for word in [*part, *part.values()])


def _is_meanings(part: Any) -> bool:
    return isinstance(part, dict) and all(_is_pairs(meanings) for meanings in part.values())


PARTS: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    "intake": (_is_text, "intake: places.site"),
    "sheet": (_is_text, "sheet: Baseline"),
    "header_row": (_is_row, "header_row: 1"),
    "header_rows": (_is_row, "header_rows: 2"),
    "columns": (_is_pairs, "columns: {site: Site code}"),
    "constants": (_is_pairs, "constants: {round: 11}"),
    "values": (_is_meanings, "values: {outcome: {Reassessed: assessed}}"),
}


DEEPEST = 5  # a mapping nests three deep


def read_mapping(text: bytes) -> dict[str, Any]:
    """A mapping as it was written: every word stays the text it is, so that 07 and yes mean what the sheet says.

    Raises MappingNotReadable, NoSuchMappingPart or WrongMappingPart.
    """
    read = _parsed(text)
    if not isinstance(read, dict):
        raise MappingNotReadable(line=1)
    for name, part in read.items():
        if name not in PARTS:
            raise NoSuchMappingPart(part=name, known=", ".join(PARTS))
        fits, example = PARTS[name]
        if not fits(part):
            raise WrongMappingPart(part=name, example=example)
    return read


def _parsed(text: bytes) -> Any:
    """The plain tree. Aliases, which can unfold without end, and deep nests, which take for ever, are not taken in."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or depth > DEEPEST:
                raise MappingNotReadable(line=event.start_mark.line + 1 if event.start_mark else 1)
        return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  (makes nothing but texts, lists and pairs)
    except yaml.MarkedYAMLError as error:
        raise MappingNotReadable(line=error.problem_mark.line + 1 if error.problem_mark else 1) from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise MappingNotReadable(line=1) from error
