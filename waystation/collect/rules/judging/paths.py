"""Paths of expressions: from a question to other questions, or into a list that the form carries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Literal

from .ground import Ground
from .nodes import BESIDE_TEXT, Node
from .values import NOWHERE, At, Compiled, Nodes, Run, nodes_from, scalar, truth, truth_from

ANY_NAME = "*"
Axis = Literal["child", "parent", "self", "below"]
Walk = Callable[[Nodes, At], Nodes]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: to children of a name, to the parent, to itself, or to all beneath; sifted or not."""

    axis: Axis
    name: str = ANY_NAME
    sieves: tuple[Compiled, ...] = ()


def from_here(steps: Sequence[Step], ground: Ground, *, in_sieve: bool) -> Compiled:
    """A path that starts at the node it is asked of: a question, or what is being sifted."""
    path = () if in_sieve else _path_after(ground.path, steps)
    part = steps[0].name if len(steps) == 1 and _is_plain(steps[0], "child") else ""
    return Compiled("nodes", _run(steps, at_current=False), path=path, part=part)


def from_current(steps: Sequence[Step], ground: Ground) -> Compiled:
    """A path that starts at the question whose rule this is."""
    return Compiled("nodes", _run(steps, at_current=True), path=_path_after(ground.path, steps), steady=True)


def from_root(steps: Sequence[Step], ground: Ground) -> Compiled:
    """A path that starts at the form: `/data/child/name`.

    Inside a repeat it means the same one of the repeat, as on every phone. So it becomes a path from the question: up
    to what both have in common, then down. Its last name, and one that is sifted, mean all that are so called.
    """
    head = [step.name for step in takewhile(lambda step: _is_plain(step, "child"), steps)]
    common = 0
    for one, other in zip(head[: max(len(steps) - 1, 0)], ground.path, strict=False):
        if one != other:
            break
        common += 1
    way = [Step("parent")] * (len(ground.path) - common) + list(steps[common:])
    found = from_current(way, ground)
    return replace(found, path=tuple(head) if len(head) == len(steps) else ())


def from_nodes(start: Compiled, steps: Sequence[Step]) -> Compiled:
    """A path that starts at what another expression gives: instance('sites')/root/item."""
    if not steps:
        return start
    walks = [_walk(step) for step in steps]
    if start.known is not None and not any(step.sieves for step in steps):
        known = start.known
        for walk in walks:
            known = walk(known, NOWHERE)
        return Compiled("nodes", lambda _node, _at: known, steady=True, known=known)
    begin = nodes_from(start)
    path = _path_after(start.path, steps) if start.path else ()

    def run(node: Node, at: At) -> Nodes:
        found = begin(node, at)
        for walk in walks:
            found = walk(found, at)
        return at.world.look_at(found)

    return Compiled("nodes", run, path=path, steady=start.steady)


def sifted(start: Compiled, sieves: Sequence[Compiled]) -> Compiled:
    """What another expression gives, sifted as a whole: (…)[1]."""
    begin = nodes_from(start)

    def run(node: Node, at: At) -> Nodes:
        found = begin(node, at)
        for sieve in sieves:
            found = _sift(found, sieve, at)
        return found

    return replace(start, gives="nodes", run=run, path=(), known=None)


def _is_plain(step: Step, axis: Axis) -> bool:
    return step.axis == axis and not step.sieves and step.name != ANY_NAME


def _path_after(path: tuple[str, ...], steps: Sequence[Step]) -> tuple[str, ...]:
    """Where steps lead from a path; nowhere that is known where they are more than plain ones."""
    for step in steps:
        if step.sieves or (step.axis == "child" and step.name == ANY_NAME) or step.axis == "below":
            return ()
        if step.axis == "child":
            path = (*path, step.name)
        elif step.axis == "parent":
            path = path[:-1]
    return path


def _run(steps: Sequence[Step], *, at_current: bool) -> Run:
    ups = len(list(takewhile(lambda step: step.axis == "parent" and not step.sieves, steps)))
    if all(_is_plain(step, "child") for step in steps[ups:]):
        return _plain_run(ups, [step.name for step in steps[ups:]], at_current=at_current)
    walks = [_walk(step) for step in steps]

    def run(node: Node, at: At) -> Nodes:
        found = [at.current if at_current else node]
        for walk in walks:
            found = walk(found, at)
        return at.world.look_at(found)

    return run


def _plain_run(ups: int, names: Sequence[str], *, at_current: bool) -> Run:
    """Up, then down by names: what nearly every path of a form is."""

    def run(node: Node, at: At) -> Nodes:
        one: Node | None = at.current if at_current else node
        for _ in range(ups):
            if one is None:
                return []
            one = one.parent
        found = [] if one is None else [one]
        for name in names:
            if len(found) == 1:
                found = found[0].children.get(name, [])
            else:
                found = [child for each in found for child in each.children.get(name, ())]
        return at.world.look_at(found)

    return run


def _walk(step: Step) -> Walk:
    """One step, from all nodes at once."""
    reach, sieves = _reach(step), step.sieves
    if not sieves:
        return lambda found, _at: [other for node in found for other in reach(node)]
    first, rest = sieves[0], sieves[1:]

    def walk(found: Nodes, at: At) -> Nodes:
        kept: Nodes = []
        for node in found:
            some = _looked_up(node, step, first, at)
            if some is None:
                some = _sift(reach(node), first, at)
            for sieve in rest:
                some = _sift(some, sieve, at)
            kept += some
        return kept

    return walk


def _reach(step: Step) -> Callable[[Node], Nodes]:
    name = step.name
    if step.axis == "parent":
        return lambda node: [] if node.parent is None else [node.parent]
    if step.axis == "self":
        return lambda node: [node]
    if step.axis == "below":
        return lambda node: [node, *node.below()]
    if name == ANY_NAME:
        return lambda node: [child for alike in node.children.values() for child in alike]
    return lambda node: node.children.get(name, [])


def _looked_up(node: Node, step: Step, sieve: Compiled, at: At) -> Nodes | None:
    """The items of a long list whose part has a certain text, by an index; None where each must be looked at."""
    if sieve.equals is None or node.field is not None or len(node.children.get(step.name, ())) < BESIDE_TEXT:
        return None
    part, other = sieve.equals
    value = other.run(node, at)
    if isinstance(value, list):
        if len(value) > 1:
            return None
        value = scalar(value[0]) if value else ""
    return node.indexed(step.name, part).get(value, []) if isinstance(value, str) else None


def _sift(found: Nodes, sieve: Compiled, at: At) -> Nodes:
    """The nodes for which a condition holds; a number means the one at that place."""
    inner = At(at.current, at.world, size=len(found))
    kept: Nodes = []
    run = sieve.run if sieve.gives in ("any", "number") else truth_from(sieve)
    for place, node in enumerate(found, start=1):
        inner.position = place
        value = run(node, inner)
        number = isinstance(value, float)
        if value == place if number else truth(value):
            kept.append(node)
    return kept
