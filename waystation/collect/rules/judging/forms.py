"""A form as it judges: its questions with their rules, compiled once from the XForm that phones fetch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final
from xml.etree.ElementTree import Element  # the type only: defusedxml does the reading

from defusedxml.ElementTree import fromstring

from . import grammar
from .choices import Choices, read_choices, read_labels
from .ground import CannotJudge, Carried, Ground
from .kinds import FITS
from .nodes import list_node, local
from .said import Words, message_of, said_in
from .values import Compiled, number_of, truth_from

XFORMS: Final = "{http://www.w3.org/2002/xforms}"
XHTML: Final = "{http://www.w3.org/1999/xhtml}"
JAVAROSA: Final = "{http://openrosa.org/javarosa}"
TEMPLATE: Final = f"{JAVAROSA}template"
CONTROLS: Final = frozenset({"input", "select", "select1", "rank", "upload", "trigger", "range"})

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotJudged:
    """A rule of the form that cannot be judged here, such as one that asks for a list only the phone had."""

    path: str
    rule: str
    what: str
    """The function, the list or the words that are unknown here."""


@dataclass(slots=True)
class Field:
    """A question, a group or a repeat, with its rules."""

    name: str
    path: Path
    children: dict[str, Field]
    type: str = "string"
    repeats: bool = False
    asked: bool = False
    """Whether somebody is asked, rather than it being worked out."""
    fits: Callable[[str], bool] | None = None
    doubted: bool = False
    """Whether the form says when it is asked, but that cannot be judged here."""
    relevant: Compiled | None = None
    required: Compiled | None = None
    constraint: Compiled | None = None
    count: Compiled | None = None
    """How many there are to be of a repeat."""
    choices: Choices | None = None
    bounds: tuple[float, float] | None = None
    """The ends of the scale on which the answer is shown, if it is."""
    required_words: Words = field(default_factory=dict)
    constraint_words: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Form:
    """All of a form that judging needs."""

    root: Field
    version: str
    asks_the_moment: bool
    clocks: tuple[Path, ...]
    """The questions in which a phone writes when the form was filled in."""
    not_judged: tuple[NotJudged, ...]


def read_form(xform: str) -> Form:
    """Take an XForm apart and compile its rules."""
    return _Reading(fromstring(xform)).form()


class _Reading:
    """An XForm while it is taken apart, by the paths of its questions."""

    def __init__(self, xform: Element) -> None:
        model = xform.find(f".//{XFORMS}model")
        instance = None if model is None else model.find(f"{XFORMS}instance/*")
        assert model is not None  # noqa: S101  (a form is published only after phones' own rules were checked)
        assert instance is not None  # noqa: S101
        self.instance = instance
        self.binds = {_path(bind.get("nodeset", "")): bind for bind in model.iter(f"{XFORMS}bind")}
        self.controls = dict(_controls(xform))
        self.repeats = {_path(one.get("nodeset", "")): one for one in xform.iter(f"{XFORMS}repeat")}
        self.said = said_in(model)
        lists = {one.get("id", ""): one for one in model.iterfind(f"{XFORMS}instance") if one.get("id")}
        self.carried = Carried(
            {name: list_node(one[0]) for name, one in lists.items() if len(one) and not one.get("src")},
            words=self.said.only,
        )
        self.not_judged: list[NotJudged] = []

    def form(self) -> Form:
        """The form, whole."""
        name = local(self.instance.tag)
        root = self._field(self.instance, (name,))
        if self.said.only is not None:
            self._read_labels()
        self._compile(root)
        preloaded = ((path, bind.get(f"{JAVAROSA}preload")) for path, bind in self.binds.items())
        return Form(
            root=root,
            version=self.instance.get("version", ""),
            asks_the_moment=self.carried.asks_the_moment,
            clocks=tuple(path for path, what in preloaded if what in ("timestamp", "date")),
            not_judged=tuple(self.not_judged),
        )

    def _field(self, node: Element, path: Path) -> Field:
        """What lies at a path; of a repeat, which a form writes several times, the first that is whole."""
        children: dict[str, Field] = {}
        for child in node:
            name = local(child.tag)
            if name not in children:
                children[name] = self._field(child, (*path, name))
        bind = self.binds.get(path)
        kind = "string" if bind is None else bind.get("type", "string").rpartition(":")[2]
        found = Field(path[-1], path, children, kind, repeats=path in self.repeats, asked=path in self.controls)
        if found.asked and (bind is None or bind.get("calculate") is None):
            found.fits = FITS.get(kind)
        return found

    def _read_labels(self) -> None:
        """The words of all choices: a rule may ask for those of any question."""
        for path, control in self.controls.items():
            with suppress(CannotJudge):
                self.carried.labels[path] = read_labels(control, Ground(path, self.carried))

    def _compile(self, one: Field) -> None:
        """Compile the rules of a field and of all in it."""
        ground = Ground(one.path, self.carried)
        control, bind = self.controls.get(one.path), self.binds.get(one.path)
        if control is not None:
            one.choices = self._choices(control, ground)
            one.bounds = _bounds(control)
        if bind is not None:
            self._compile_bind(one, bind, ground)
        if one.repeats:
            one.count = self._rule("count", self.repeats[one.path].get(f"{JAVAROSA}count"), ground)
        for child in one.children.values():
            self._compile(child)

    def _compile_bind(self, one: Field, bind: Element, ground: Ground) -> None:
        one.relevant = self._truth("relevant", bind.get("relevant"), ground)
        one.doubted = one.relevant is None and bool(bind.get("relevant"))
        if one.asked:
            one.required = self._truth("required", bind.get("required"), ground)
            one.constraint = self._truth("constraint", bind.get("constraint"), ground)
            one.required_words = message_of(bind.get(f"{JAVAROSA}requiredMsg"), self.said)
            one.constraint_words = message_of(bind.get(f"{JAVAROSA}constraintMsg"), self.said)

    def _truth(self, rule: str, expression: str | None, ground: Ground) -> Compiled | None:
        found = self._rule(rule, expression, ground)
        return None if found is None else replace(found, gives="truth", run=truth_from(found))

    def _rule(self, rule: str, expression: str | None, ground: Ground) -> Compiled | None:
        """A rule of the form, if it has one that can be judged."""
        if expression is None or not expression.strip():
            return None
        try:
            return grammar.compiled(expression, ground)
        except CannotJudge as unknown:
            self._note(ground, rule, unknown)
            return None

    def _note(self, ground: Ground, rule: str, unknown: CannotJudge) -> None:
        self.not_judged.append(NotJudged(".".join(ground.path[1:]), rule, unknown.what))

    def _choices(self, control: Element, ground: Ground) -> Choices | None:
        try:
            return read_choices(control, ground)
        except CannotJudge as unknown:
            self._note(ground, "choice", unknown)
            return None


def _controls(xform: Element) -> Iterator[tuple[Path, Element]]:
    body = xform.find(f"{XHTML}body")
    for control in () if body is None else body.iter():
        if local(control.tag) in CONTROLS and control.get("ref"):
            yield _path(control.get("ref", "")), control


def _bounds(control: Element) -> tuple[float, float] | None:
    ends = (number_of(control.get("start", "")), number_of(control.get("end", "")))
    return (min(ends), max(ends)) if local(control.tag) == "range" and not any(map(math.isnan, ends)) else None


def _path(reference: str) -> Path:
    return tuple(name.rpartition(":")[2] for name in reference.strip().strip("/").split("/"))
