"""The words of a form by language: the messages that it shows when one of its rules is broken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element  # the type only: defusedxml does the reading

XFORMS: Final = "{http://www.w3.org/2002/xforms}"
ITEXT = re.compile(r"\s*jr:itext\(\s*['\"](.+)['\"]\s*\)\s*")

Words = Mapping[str, str]
"""By language as the form calls it, such as `Français (fr)`; by an empty name where the form speaks but one."""


@dataclass(frozen=True, slots=True)
class Said:
    """The dictionary that a form carries."""

    by_id: Mapping[str, Words]
    languages: tuple[str, ...]

    @property
    def only(self) -> Words | None:
        """The words by their id, where the form speaks no more than one language."""
        if len(self.languages) > 1:
            return None
        return {name: "".join(words.values()) for name, words in self.by_id.items()}


def said_in(model: Element) -> Said:
    """The dictionary of a form's model."""
    by_id: dict[str, dict[str, str]] = {}
    languages = []
    for translation in model.iter(f"{XFORMS}translation"):
        language = translation.get("lang", "")
        languages.append(language)
        for text in translation:
            words = next((value for value in text if "form" not in value.attrib), None)
            if words is not None:
                by_id.setdefault(text.get("id", ""), {})[language] = plain(words)
    return Said(by_id, tuple(languages))


def plain(node: Element) -> str:
    """The words of an element; an answer woven into them is written as in the sheet of the form: ${name}."""
    words = [node.text or ""]
    for child in node:
        if child.tag == f"{XFORMS}output":
            words.append(f"${{{child.get('value', '').strip().rpartition('/')[2]}}}")
        words += ["".join(child.itertext()), child.tail or ""]
    return " ".join("".join(words).split())


def message_of(attribute: str | None, said: Said) -> Words:
    """The message that a rule names: by language where it is in the dictionary, else as it stands."""
    if not attribute:
        return {}
    named = ITEXT.fullmatch(attribute)
    return said.by_id.get(named[1], {}) if named else {"": attribute}


def label_of(label: Element | None, said: Words) -> str:
    """The words of a label, in a form of one language."""
    if label is None:
        return ""
    named = ITEXT.fullmatch(label.get("ref", ""))
    return said.get(named[1], "") if named else plain(label)
