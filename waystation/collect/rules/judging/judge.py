"""Judging a filled form: every answer that breaks one of the form's own rules."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from .choices import Choices
from .days import moment_of
from .forms import Field, Form, NotJudged, Path, read_form
from .nodes import Node
from .reading import Reading, read_nodes
from .said import Words
from .values import UNTOLD, At, World, number, number_of

Rule = Literal["required", "constraint", "relevant", "type", "choice", "count"]

DAY: Final = timedelta(days=1)
POSITION = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer that breaks a rule of its form. The answer itself is not carried along: it may name a person."""

    place: str
    """The question by its dotted name, of repeats with which one it is: `house.child[2].age`."""
    rule: Rule
    message: Words = field(default_factory=dict)
    """What the form itself says when the rule is broken, by language; by an empty name where it speaks but one."""

    @property
    def path(self) -> str:
        """The question by its dotted name alone: `house.child.age`."""
        return POSITION.sub("", self.place)

    @property
    def positions(self) -> tuple[int, ...]:
        """Which ones of the repeats it lies in, the outermost first."""
        return tuple(int(number) for number in POSITION.findall(self.place))


class Judge:
    """What judges the filled forms of one version of a form; made once, kept, and used by any thread."""

    def __init__(self, xform: str) -> None:
        self._form = read_form(xform)

    @property
    def not_judged(self) -> tuple[NotJudged, ...]:
        """The rules of the form that are not judged, because they ask for what only the phone had."""
        return self._form.not_judged

    def findings(self, xml: bytes, *, arrived: date) -> list[Finding]:
        """Every answer that breaks a rule of the form, in the order of the form.

        A filled form may have waited on its phone for weeks, and the phone's clock may run ahead: where rules ask for
        the day, only what breaks them on every day that can have been meant is found. Raises NotXml, DangerousXml or
        FormTooLarge, as reading it does.
        """
        reading = read_nodes(self._form.root, xml)
        if reading.encrypted:
            return []
        first, *others = _moments(self._form, reading, arrived)
        found = list(_Judging(self._form, reading, first).findings())
        for moment in others if found and self._form.asks_the_moment else ():
            again = {
                (one.place, one.rule)
                for one in _Judging(self._form, read_nodes(self._form.root, xml), moment).findings()
            }
            found = [one for one in found if (one.place, one.rule) in again]
        return found


def _moments(form: Form, reading: Reading, arrived: date) -> list[datetime]:
    """When the form can have been filled in: as it arrived, a day ahead of it, or when the phone says."""
    latest = datetime.combine(arrived + DAY, time.max)
    said = {moment for path in form.clocks if (moment := moment_of(_answer(reading.around, path)))}
    days = {datetime.combine(moment, time.min) for moment in said if moment <= latest}
    return [latest, datetime.combine(arrived, time.min), *sorted(days)]


def _answer(around: Node, path: Path) -> str:
    found = around
    for name in path:
        alike = found.children.get(name)
        if not alike:
            return ""
        found = alike[0]
    return found.text


class _Judging:
    """One filled form while it is judged."""

    def __init__(self, form: Form, reading: Reading, moment: datetime) -> None:
        self.reading = reading
        self.world = World(reading.around, moment)
        self.same_version = form.version == reading.version or not reading.version

    def findings(self) -> Iterator[Finding]:
        """What breaks the rules, in the order of the form."""
        for alike in self.reading.around.children.values():
            for root in alike:
                yield from self._inside(root)

    def _inside(self, node: Node) -> Iterator[Finding]:
        outer = node.field
        assert outer is not None  # noqa: S101  (only what the form knows was read)
        for name, inner in outer.children.items():
            alike = node.children.get(name, [])
            if inner.count is not None and self._is_miscounted(node, inner, alike):
                yield Finding(f"{_place(node, dot=True)}{name}", "count")
            for one in alike:
                if inner.children:
                    yield from self._inside(one)
                elif rule := self._broken(one, inner):
                    yield Finding(_place(one), rule, _message(inner, rule))

    def _is_miscounted(self, node: Node, inner: Field, alike: Collection[Node]) -> bool:
        """Whether a repeat comes more or less often than the form says; where it is not asked, it says nothing."""
        if not self.world.is_relevant(node) or inner.count is None:
            return False
        probe = Node(inner.name, node, inner)
        if not self.world.is_relevant(probe) or probe.doubted:
            return False
        try:
            wanted = int(number(inner.count.run(probe, At(probe, self.world))))
        except UNTOLD:  # such as a number that is not there yet
            return False
        return wanted >= 0 and len(alike) != wanted

    def _broken(self, node: Node, asked: Field) -> Rule | None:
        """The first rule that an answer breaks: an answer that is of no use is not asked for more."""
        if not asked.asked:
            return None
        if not self.world.is_relevant(node):
            return "relevant" if node.text else None
        if not node.text:
            return "required" if self._is_missed(node, asked) else None
        return self._misfit(node, asked)

    def _misfit(self, node: Node, asked: Field) -> Rule | None:
        if asked.fits is not None and not asked.fits(node.text.strip()):
            return "type"
        if asked.choices is not None and self._is_no_choice(node, asked.choices):
            return "choice"
        if asked.bounds is not None and not asked.bounds[0] <= number_of(node.text) <= asked.bounds[1]:
            return "constraint"
        if asked.constraint is not None and self.world.holds(asked.constraint, node) is False:
            return "constraint"
        return None

    def _is_missed(self, node: Node, asked: Field) -> bool:
        """Whether an answer is missing; what a form of another version did not ask is not."""
        if asked.required is None or node.doubted or not (node.sent or self.same_version):
            return False
        return self.world.holds(asked.required, node) is True

    def _is_no_choice(self, node: Node, choices: Choices) -> bool:
        try:
            return not choices.offer(node.text, node, self.world)
        except UNTOLD:
            return False


def _message(asked: Field, rule: Rule) -> Words:
    if rule == "required":
        return asked.required_words
    return asked.constraint_words if rule == "constraint" else {}


def _place(node: Node, *, dot: bool = False) -> str:
    """The dotted name of a node, with the place of each repeat; empty for the form itself."""
    names: list[str] = []
    one: Node | None = node
    while one is not None and one.parent is not None and one.parent.parent is not None:
        repeats = one.field is not None and one.field.repeats
        names.append(f"{one.name}[{one.position}]" if repeats else one.name)
        one = one.parent
    return ".".join(reversed(names)) + ("." if dot and names else "")
