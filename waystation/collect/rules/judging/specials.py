"""The functions of expressions that look around: at the question, the lists of the form, the clock of the phone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from . import words
from .ground import CannotJudge, Ground
from .nodes import Node
from .values import (
    At,
    CannotTell,
    Compiled,
    Nodes,
    first_text,
    nodes_from,
    number_from,
    text_from,
    truth_from,
    value_from,
)

Given = Sequence[Compiled]


def current(_given: Given, ground: Ground) -> Compiled:
    """The question whose rule this is."""
    return Compiled("nodes", lambda _node, at: [at.current], path=ground.path, steady=True)


def instance(given: Given, ground: Ground) -> Compiled:
    """A list that the form carries."""
    name = _literal(given[0], "instance()")
    if name not in ground.carried.lists:
        raise CannotJudge(f"instance('{name}')")
    found = [ground.carried.lists[name]]
    return Compiled("nodes", lambda _node, _at: found, steady=True, known=found)


def pulldata(given: Given, ground: Ground) -> Compiled:
    """One part of the item of a list whose other part is asked for."""
    name, part, key = (_literal(one, "pulldata()") for one in given[:3])
    if name not in ground.carried.lists:
        raise CannotJudge(f"pulldata('{name}')")
    items = [root for alike in ground.carried.lists[name].children.values() for root in alike]
    asked = text_from(given[3])

    def run(node: Node, at: At) -> str:
        wanted = asked(node, at)
        found = [item for root in items for item in root.indexed("item", key).get(wanted, [])]
        return first_text(found[0].children.get(part, [])) if found else ""

    return Compiled("text", run)


def position(given: Given, _ground: Ground) -> Compiled:
    """Which of its like a node is; without a node, which of those that are being sifted."""
    if not given:
        return Compiled("number", lambda _node, at: float(at.position))
    found = nodes_from(given[0])

    def run(node: Node, at: At) -> float:
        some = found(node, at)
        if not some:
            raise CannotTell
        return float(some[0].position)

    return Compiled("number", run)


def last(_given: Given, _ground: Ground) -> Compiled:
    """How many are being sifted."""
    return Compiled("number", lambda _node, at: float(at.size))


def either(given: Given, _ground: Ground) -> Compiled:
    """One thing or the other: if(…)."""
    asked, (yes, no) = truth_from(given[0]), given[1:]
    one, other = value_from(yes), value_from(no)
    gives = yes.gives if yes.gives == no.gives else "any"
    return Compiled(gives, lambda node, at: one(node, at) if asked(node, at) else other(node, at))


def once(given: Given, _ground: Ground) -> Compiled:
    """The answer that is there already; else another."""
    other = text_from(given[0])
    return Compiled("text", lambda node, at: at.current.text or other(node, at))


def today(_given: Given, ground: Ground) -> Compiled:
    """The day."""
    ground.carried.asks_the_moment = True
    return Compiled("text", lambda _node, at: at.world.moment.date().isoformat())


def now(_given: Given, ground: Ground) -> Compiled:
    """The day and the time."""
    ground.carried.asks_the_moment = True
    return Compiled("text", lambda _node, at: at.world.moment.isoformat(timespec="milliseconds"))


def randomize(given: Given, _ground: Ground) -> Compiled:
    """The same nodes: in which order they are shown decides nothing."""
    return given[0]


def regex(given: Given, _ground: Ground) -> Compiled:
    """Whether a pattern is found in a text; a pattern that the form itself says is made ready once."""
    whole, expression = text_from(given[0]), given[1]
    if expression.literal is None:
        changing = text_from(expression)
        return Compiled("truth", lambda node, at: words.found(words.pattern(changing(node, at)), whole(node, at)))
    try:
        pattern = words.pattern(expression.literal)
    except CannotTell as error:
        raise CannotJudge(f"regex('{expression.literal}')") from error
    return Compiled("truth", lambda node, at: words.found(pattern, whole(node, at)))


def itext(given: Given, ground: Ground) -> Compiled:
    """Words of the form by their id; where it speaks several languages, only the phone knew which ones."""
    said = ground.carried.words
    if said is None:
        raise CannotJudge("jr:itext()")
    name = text_from(given[0])
    return Compiled("text", lambda node, at: said.get(name(node, at), ""))


def choice_name(given: Given, ground: Ground) -> Compiled:
    """The words of a choice, where the form speaks one language only."""
    path = tuple(_literal(given[1], "jr:choice-name()").strip().strip("/").split("/"))
    labels = ground.carried.labels.get(path)
    if labels is None:
        raise CannotJudge("jr:choice-name()")
    code = text_from(given[0])
    return Compiled("text", lambda node, at: labels.get(code(node, at), ""))


def indexed_repeat(given: Given, ground: Ground) -> Compiled:
    """The answer of a certain one of a repeat, up to three deep."""
    target = given[0].path
    numbered = {given[place].path: number_from(given[place + 1]) for place in range(1, len(given) - 1, 2)}
    if not target or not all(target[: len(path)] == path and path for path in numbered):
        raise CannotJudge("indexed-repeat()")
    counted = [(name, numbered.get(target[: depth + 1])) for depth, name in enumerate(target)]

    def run(node: Node, at: At) -> Nodes:
        own = set(_upwards(at.current))
        found = [at.world.root]
        for name, number in counted:
            found = [child for one in found for child in one.children.get(name, ())]
            found = _at(found, number(node, at)) if number else [one for one in found if one in own] or found
        return [one for one in found if at.world.is_relevant(one)]

    return Compiled("nodes", run, path=target)


def _at(found: Nodes, place: float) -> Nodes:
    return [node for node in found if node.position == place]


def _upwards(node: Node) -> Nodes:
    found = [node]
    while found[-1].parent is not None:
        found.append(found[-1].parent)
    return found


def _literal(one: Compiled, otherwise: str) -> str:
    if one.literal is None:
        raise CannotJudge(otherwise)
    return one.literal


@dataclass(frozen=True, slots=True)
class Special:
    """A function that looks around, and how much it is given."""

    make: Callable[[Given, Ground], Compiled]
    least: int = 0
    most: int = 0


SPECIAL: Final[Mapping[str, Special]] = {
    "current": Special(current),
    "instance": Special(instance, 1, 1),
    "pulldata": Special(pulldata, 4, 4),
    "position": Special(position, 0, 1),
    "last": Special(last),
    "if": Special(either, 3, 3),
    "once": Special(once, 1, 1),
    "today": Special(today),
    "now": Special(now),
    "randomize": Special(randomize, 1, 2),
    "regex": Special(regex, 2, 2),
    "jr:itext": Special(itext, 1, 1),
    "jr:choice-name": Special(choice_name, 2, 2),
    "indexed-repeat": Special(indexed_repeat, 3, 7),
}
