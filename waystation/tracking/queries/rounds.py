"""Operations and their rounds."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from waystation.access.models import Actor
from waystation.access.queries import inside, scopes_of, within
from waystation.access.rules import ancestors
from waystation.sharing.registry import Ask

from ..models import Assessment, Operation, Round
from ..problems import NoRoundBefore, NoSuchOperation, NoSuchRound, UnknownRound, WhichOperation

SEE = "tracking.see"


def operations(by: Actor) -> QuerySet[Operation]:
    """The operations in the places of an actor, and those around them."""
    around = {path for scope in scopes_of(by, SEE) for path in ancestors(scope)}
    return Operation.objects.filter(within(by, SEE) | Q(scope__in=around)).order_by("code")


def operation_called(by: Actor, code: str) -> Operation:
    """One operation. Raises NoSuchOperation."""
    operation = operations(by).filter(code=code).first()
    if operation is None:
        raise NoSuchOperation(operation=code)
    return operation


def rounds(by: Actor) -> QuerySet[Round]:
    """The rounds of those operations, newest first."""
    return (
        Round.objects.filter(operation__in=operations(by))
        .select_related("operation")
        .order_by("operation__code", "-number")
    )


def latest_rounds(by: Actor) -> QuerySet[Round]:
    """The latest round of each open operation, the most recent first."""
    latest = Round.objects.filter(operation=OuterRef("operation")).order_by("-number").values("pk")[:1]
    return rounds(by).filter(operation__is_open=True, pk=Subquery(latest)).order_by("-ends", "pk")


def round_with_code(by: Actor, code: str = "") -> Round:
    """One round by its code such as SSD-MT-R11; without a code the latest that was visited. Raises UnknownRound."""
    visited = Exists(Assessment.objects.filter(round=OuterRef("pk")))
    latest = rounds(by).order_by(visited.desc(), "-ends", "-pk")
    found = (rounds(by).filter(code=code) if code else latest).first()
    if found is None:
        raise UnknownRound(code=code or "–")
    return found


def round_called(by: Actor, code: str, number: int) -> Round:
    """One round of an operation. Raises NoSuchOperation, NoSuchRound."""
    operation = operation_called(by, code)
    found = operation.rounds.select_related("operation").filter(number=number).first()
    if found is None:
        raise NoSuchRound(operation=code, number=number)
    return found


def rounds_called(by: Actor, codes: Iterable[str]) -> dict[tuple[str, int], Round]:
    """All rounds of some operations, by code and number."""
    return {(round_.operation.code, round_.number): round_ for round_ in rounds(by).filter(operation__code__in=codes)}


def round_asked(asked: Ask) -> Round:
    """The round that a figure is asked of: the latest of the operation unless it is named.

    Raises WhichOperation where several run and none is named, for rounds of two operations are never added up.
    """
    known = operations(asked.by).filter(inside(asked.scope) | Q(scope__in=ancestors(asked.scope)))
    code = asked.words.get("operation")
    chosen = list(known.filter(code=code) if code else known)
    if len(chosen) > 1:
        raise WhichOperation(known=", ".join(operation.code for operation in chosen))
    if not chosen:
        raise NoSuchOperation(operation=code or "–")
    if "round" in asked.words:
        return round_called(asked.by, chosen[0].code, _as_number(asked.words["round"]))
    latest = chosen[0].rounds.select_related("operation").order_by("-number").first()
    if latest is None:
        raise NoSuchRound(operation=chosen[0].code, number=1)
    return latest


def _as_number(word: str) -> int:
    return int(word) if str(word).isdigit() else 0


def round_before(asked: Ask) -> Round:
    """The round to compare with: the one named `since`, else the one before. Raises NoRoundBefore."""
    now = round_asked(asked)
    earlier = now.operation.rounds.select_related("operation").filter(number__lt=now.number)
    if "since" in asked.words:
        earlier = earlier.filter(number=_as_number(asked.words["since"]))
    before = earlier.order_by("-number").first()
    if before is None:
        raise NoRoundBefore(operation=now.operation.code, number=now.number)
    return before
