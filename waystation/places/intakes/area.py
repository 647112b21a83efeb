"""A list of areas: a release of P-codes, any country, any levels."""

from collections.abc import Sequence
from functools import partial

from waystation.access.models import Actor
from waystation.collect.registry import Answers, Intake, read_all
from waystation.kernel.problems import Gathering, _

from .. import actions, queries
from ..actions import NewArea
from ..problems import NoSuchParent, NotAPrefix, PcodeTwice
from ..rules import is_prefix, scope_of

LANGUAGES = ("en", "fr", "ar", "es", "ru", "zh")


def read(by: Actor, rows: Sequence[Answers], gathering: Gathering) -> list[NewArea]:
    """Lay the rows into the tree, level by level. A code that is no prefix of its children is told and kept."""
    parents = {answers.text("parent") for answers in rows}
    scopes = {pcode: area.scope for pcode, area in queries.areas_called(by, parents).items()}
    return read_all(
        sorted(rows, key=_level), gathering, partial(_read_one, scopes=scopes, read={}, gathering=gathering)
    )


def _level(answers: Answers) -> int:
    level = answers.words.get("level", "")
    return int(level) if isinstance(level, int | float) or str(level).isdigit() else 99


def _read_one(answers: Answers, scopes: dict[str, str], read: dict[str, NewArea], gathering: Gathering) -> NewArea:
    pcode = answers.text("pcode", needed=True)
    level = answers.count("level", needed=True)
    name = answers.text("name", needed=True)
    parent = answers.text("parent", needed=level != 0)
    names = {language: text for language in LANGUAGES if (text := answers.text(f"name_{language}"))}
    valid_from = answers.date("valid_from")
    if pcode in read:
        answers.fault(PcodeTwice(pcode=pcode), "pcode")
    if parent and parent not in scopes:
        answers.fault(NoSuchParent(pcode=pcode, parent=parent), "parent")
    answers.all_read()
    if parent and level and level > 1 and not is_prefix(parent, pcode):
        gathering.warn(NotAPrefix(pcode=pcode, parent=parent), answers.place("pcode"))
    scopes[pcode] = scope_of(scopes[parent] if parent else "/", pcode)
    read[pcode] = NewArea(pcode, level or 0, name, scopes[pcode], parent, names, valid_from, answers.source)
    return read[pcode]


def record(by: Actor, areas: list[NewArea]) -> None:
    """Bring the tree up to this release."""
    source = areas[0].source
    assert source is not None  # noqa: S101  (only sheets bring areas)
    said = source.constants
    actions.load_areas(
        by=by, areas=areas, release=said.get("release") or source.instance, licence=said.get("licence", "")
    )


intake = Intake(
    title=_("Areas"),
    read=read,
    record=record,
    sheet_questions=(
        "pcode",
        "level",
        "name",
        "parent",
        "valid_from",
        "release",
        "licence",
        *(f"name_{language}" for language in LANGUAGES),
    ),
)
