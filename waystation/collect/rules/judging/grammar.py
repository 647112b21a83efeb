"""Expressions of forms (XPath 1.0 with the functions of ODK XForms), made into functions that work them out."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from . import functions, operators, paths
from .ground import CannotJudge, Ground
from .paths import ANY_NAME, Step
from .values import Compiled

TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>\d+(?:\.\d*)?|\.\d+)
    | (?P<literal>"[^"]*"|'[^']*')
    | (?P<name>[^\W\d][\w.\-]*(?::[^\W\d][\w.\-]*)?)
    | (?P<sign>\.\.|::|//|!=|<=|>=|[()\[\],./|+\-=<>*])
    | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
AXES: Final = frozenset({"child", "parent", "self"})
DEEPEST: Final = 60
"""How deep brackets may be nested; no form of people comes near."""


class Token(NamedTuple):
    """One word or sign of an expression."""

    kind: str
    text: str


def compiled(expression: str, ground: Ground) -> Compiled:
    """An expression, ready to be worked out. Raises CannotJudge."""
    reader = _Reader(_tokens(expression), expression, ground)
    found = reader.expression()
    reader.must_be("end", "")
    return found


def _tokens(expression: str) -> list[Token]:
    tokens: list[Token] = []
    place = 0
    while not tokens or tokens[-1].kind != "end":
        match = TOKEN.match(expression, place)
        if match is None or match.lastgroup is None:
            raise CannotJudge(expression)
        tokens.append(Token(match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return tokens


class _Reader:
    """Reads tokens from left to right, the operators by how tightly they bind."""

    def __init__(self, tokens: list[Token], whole: str, ground: Ground) -> None:
        self.tokens = tokens
        self.whole = whole
        self.ground = ground
        self.place = 0
        self.depth = 0
        self.sieves = 0
        """How many square brackets are open: in one, a path starts at what is being sifted."""

    @property
    def next(self) -> Token:
        """The token to be read."""
        return self.tokens[self.place]

    def take(self) -> Token:
        """The token to be read, which then is read."""
        token = self.tokens[self.place]
        self.place += 1
        return token

    def took(self, *signs: str) -> str:
        """The sign that comes next and is read, if it is one of these; empty otherwise."""
        if self.next.kind == "sign" and self.next.text in signs:
            return self.take().text
        return ""

    def must_be(self, kind: str, text: str) -> None:
        """Read one certain token. Raises CannotJudge where another comes."""
        if self.take() != Token(kind, text):
            raise CannotJudge(self.whole)

    def expression(self, tighter_than: int = 0) -> Compiled:
        """Operands and the operators between them."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise CannotJudge(self.whole)
        left = self._operand()
        while True:
            sign = self.next.text if self.next.kind in ("sign", "name") else ""
            level = operators.LEVELS.get(sign, 0)
            if level <= tighter_than:
                self.depth -= 1
                return left
            self.take()
            left = operators.joined(sign, left, self.expression(level))

    def _operand(self) -> Compiled:
        if self.took("-"):
            return operators.negated(self.expression(operators.MINUS_BINDS))
        kind, text = self.next
        if kind == "number":
            self.take()
            value = float(text)
            return self._filtered(Compiled("number", lambda _node, _at: value, steady=True))
        if kind == "literal":
            self.take()
            words = text[1:-1]
            return self._filtered(Compiled("text", lambda _node, _at: words, steady=True, literal=words))
        if self.took("("):
            inner = self.expression()
            self.must_be("sign", ")")
            return self._filtered(inner)
        if kind == "name" and self.tokens[self.place + 1] == ("sign", "("):
            return self._filtered(self._call())
        return self._path()

    def _call(self) -> Compiled:
        name = self.take().text
        self.take()
        given: list[Compiled] = []
        if not self.took(")"):
            given.append(self.expression())
            while self.took(","):
                given.append(self.expression())
            self.must_be("sign", ")")
        return functions.called(name, given, self.ground)

    def _filtered(self, start: Compiled) -> Compiled:
        """What comes after a function or a bracket: conditions, and a path from there."""
        sieves, steps = self._sieves(), self._steps_after()
        if (sieves or steps) and start.gives not in ("nodes", "any"):
            raise CannotJudge(self.whole)
        return paths.from_nodes(paths.sifted(start, sieves) if sieves else start, steps)

    def _path(self) -> Compiled:
        if self.next.text == "/" and not self._a_step_follows():
            self.take()
            return paths.from_root([], self.ground)
        if self.next.kind == "sign" and self.next.text in ("/", "//"):
            return paths.from_root(self._steps_after(), self.ground)
        steps = [*self._step(), *self._steps_after()]
        return paths.from_here(steps, self.ground, in_sieve=self.sieves > 0)

    def _a_step_follows(self) -> bool:
        kind, text = self.tokens[self.place + 1]
        return kind == "name" or text in (".", "..", ANY_NAME)

    def _steps_after(self) -> list[Step]:
        steps: list[Step] = []
        while sign := self.took("/", "//"):
            if sign == "//":
                steps.append(Step("below"))
            steps += self._step()
        return steps

    def _step(self) -> list[Step]:
        if self.took(".."):
            return [Step("parent", ANY_NAME, self._sieves())]
        if self.took("."):
            sieves = self._sieves()
            return [Step("self", ANY_NAME, sieves)] if sieves else []
        if self.took(ANY_NAME):
            return [Step("child", ANY_NAME, self._sieves())]
        if self.next.kind != "name":
            raise CannotJudge(self.whole)
        name = self.take().text
        if self.took("::"):
            return self._step_along(name)
        return [Step("child", name.rpartition(":")[2], self._sieves())]

    def _step_along(self, axis: str) -> list[Step]:
        """A step that names its direction: the children, the parent or itself; forms know no other."""
        if axis not in AXES:
            raise CannotJudge(f"{axis}::")
        name = ANY_NAME if self.took(ANY_NAME) else self.take().text
        if name == "node" and self.took("("):
            self.must_be("sign", ")")
            name = ANY_NAME
        if axis == "child":
            return [Step("child", name, self._sieves())]
        if name != ANY_NAME:
            raise CannotJudge(f"{axis}::{name}")
        return [Step("parent" if axis == "parent" else "self", ANY_NAME, self._sieves())]

    def _sieves(self) -> tuple[Compiled, ...]:
        found: list[Compiled] = []
        while self.took("["):
            self.sieves += 1
            found.append(self.expression())
            self.sieves -= 1
            self.must_be("sign", "]")
        return tuple(found)
