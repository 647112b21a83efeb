"""What a form asks, in its reader's words: read from the XForm that phones fetch."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.etree.ElementTree import Element  # the type only: defusedxml does the reading

from defusedxml.ElementTree import fromstring

XFORMS: Final = "{http://www.w3.org/2002/xforms}"
XHTML: Final = "{http://www.w3.org/1999/xhtml}"
ITEXT = re.compile(r"jr:itext\('(.+)'\)")
CHOICES_OF = re.compile(r"instance\('([^']+)'\)")


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form: its name in the answers (groups are dotted names), its words, and its choices."""

    name: str
    words: str
    choices: tuple[tuple[str, str], ...] = ()
    """Code and words of each; empty where anything may be answered."""
    takes_one: bool = False
    """Whether exactly one of the choices is the answer."""

    def say(self, answer: str) -> str:
        """An answer in words: the chosen ones by their words, anything else as it is."""
        words = dict(self.choices)
        if not words or not answer:
            return answer
        chosen = [answer] if self.takes_one else answer.split()
        return ", ".join(words.get(code, code) for code in chosen)


def read_questions(xform: str, language: str) -> Mapping[str, Question]:
    """The questions of a form by name, in their order, in a language where the form speaks it, else in its own."""
    root = fromstring(xform)
    said = _said(root, language)
    lists = {instance.get("id", ""): instance for instance in root.iter(f"{XFORMS}instance")}
    found: dict[str, Question] = {}
    for control in root.iterfind(f".//{XHTML}body//*[@ref]"):
        label, kind = control.find(f"{XFORMS}label"), control.tag.removeprefix(XFORMS)
        name = ".".join(control.get("ref", "").split("/")[2:])
        if label is not None and name and kind not in ("group", "repeat"):
            found[name] = Question(name, _words(label, said) or name, _choices(control, lists, said), kind == "select1")
    return found


def _said(root: Element, language: str) -> Mapping[str, str]:
    """The form's own dictionary in one language, known by its code as in `Français (fr)`."""
    translations = list(root.iter(f"{XFORMS}translation"))
    spoken = [one for one in translations if _speaks(one.get("lang", ""), language)]
    own = [one for one in translations if one.get("default")]
    for chosen in [*spoken, *own, *translations][:1]:
        return {text.get("id", ""): _plain(text.find(f"{XFORMS}value")) for text in chosen}
    return {}


def _speaks(name: str, language: str) -> bool:
    return bool(language) and (name == language or name.endswith(f"({language})"))


def _plain(node: Element | None) -> str:
    return "" if node is None else " ".join("".join(node.itertext()).split())


def _words(label: Element, said: Mapping[str, str]) -> str:
    named = ITEXT.fullmatch(label.get("ref", ""))
    return said.get(named[1], "") if named else _plain(label)


def _choices(control: Element, lists: Mapping[str, Element], said: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The choices written into a question, or those of the list that it names."""
    items = [(item, "value") for item in control.iterfind(f"{XFORMS}item")]
    itemset = control.find(f"{XFORMS}itemset")
    named = CHOICES_OF.match(itemset.get("nodeset", "")) if itemset is not None else None
    if named and named[1] in lists:
        items += [(item, "name") for item in lists[named[1]].iter(f"{XFORMS}item")]
    return tuple(_choice(item, code, said) for item, code in items)


def _choice(item: Element, code_at: str, said: Mapping[str, str]) -> tuple[str, str]:
    code, label = _plain(item.find(f"{XFORMS}{code_at}")), item.find(f"{XFORMS}label")
    words = said.get(_plain(item.find(f"{XFORMS}itextId")), "") if label is None else _words(label, said)
    return code, words or code


def flat(answers: Mapping[str, Any], before: str = "") -> dict[str, str]:
    """Answers as plain names and words: the second child of a repeated group is children[2]."""
    told: dict[str, str] = {}
    for name, answer in answers.items():
        if isinstance(answer, list):
            for number, one in enumerate(answer, start=1):
                told |= (
                    flat(one, f"{before}{name}[{number}].")
                    if isinstance(one, Mapping)
                    else {f"{before}{name}[{number}]": str(one)}
                )
        else:
            told[f"{before}{name}"] = str(answer)
    return told
