"""The words to translate: found in the code, kept one file a language, compiled and checked. Needs no GNU gettext.

    python -m scripts.messages extract          bring every language's file up to date
    python -m scripts.messages compile [FILE…]  make the files that the pages read
    python -m scripts.messages check            list what a translator still has to do

A language is a folder in waystation/front/locale; to begin one, make the folder and extract.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "waystation"
LOCALE = Path(PACKAGE, "front", "locale")
FILE = Path("LC_MESSAGES", "django.po")
NOTES_TO_TRANSLATORS = ["Translators:"]
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""
WIDTH = 110
PERCENT_SIGN = "%"
PERCENT_FIELD = re.compile(r"%(?:\(\w+\))?[sdif]|%%|%")


class Unreadable(Exception):
    """A translator's file is broken."""


# What the code says


def words_of(root: Path) -> Catalog:
    """Every marked sentence of the package, with the files that say it."""
    words = Catalog()
    for path, source in sources(root):
        for _line, said, notes, context in extract("python", io.BytesIO(source), KEYWORDS, NOTES_TO_TRANSLATORS):
            words.add(said, locations=[(path, 0)], auto_comments=notes, context=context)
    return words


def sources(root: Path) -> Iterator[tuple[str, bytes]]:
    """Each module and template, by its path, as Python text."""
    package = root / PACKAGE
    for path in sorted(
        [*package.rglob("*.py"), *package.glob("**/templates/**/*.html"), *package.glob("**/templates/**/*.txt")]
    ):
        name = path.relative_to(root).as_posix()
        yield name, path.read_bytes() if path.suffix == ".py" else template_as_python(path.read_text(), name=name)


def template_as_python(text: str, *, name: str) -> bytes:
    """A template's sentences as calls of gettext. Its indentation is the page's, not Python's, and is dropped."""
    return "\n".join(line.lstrip() for line in templatize(text, origin=name).splitlines()).encode()


# The files of translators


def languages(root: Path) -> list[str]:
    """The languages there are folders for."""
    return sorted(folder.name for folder in (root / LOCALE).glob("*") if folder.is_dir())


def file_of(root: Path, language: str) -> Path:
    """The file that holds a language's translations."""
    return root / LOCALE / language / FILE


def read(path: Path, *, language: str) -> Catalog:
    """The translations in a file; none when there is no file yet."""
    if not path.exists():
        return Catalog(locale=language)
    try:
        with path.open("rb") as file:
            return read_po(file, locale=language, abort_invalid=True)
    except PoFileError as error:
        raise Unreadable(f"{path}: {error}") from error


def extract_to(path: Path, *, words: Catalog, language: str) -> None:
    """Bring one language's file up to date. Nothing in it depends on the day, the line, or the machine."""
    fresh = merged(words, read(path, language=language), language=language)
    text = io.BytesIO()
    write_po(text, fresh, width=WIDTH, omit_header=True, include_lineno=False)
    header = HEADER.format(language=language, plural_forms=fresh.plural_forms.rstrip(";") + ";")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(header + text.getvalue().decode())


def merged(words: Catalog, kept: Catalog, *, language: str) -> Catalog:
    """The code's sentences with the translations that are known. A changed sentence starts anew; none is guessed."""
    fresh = Catalog(locale=language)
    for message in sorted(spoken(words), key=lambda one: (one.locations[0][0], key_of(one))):
        old = kept.get(message.id, message.context)
        fits = old is not None and old.pluralizable == message.pluralizable
        fresh.add(
            message.id,
            old.string if old and fits else None,
            locations=message.locations,
            flags=old.flags & {"fuzzy"} if old else (),
            auto_comments=message.auto_comments,
            user_comments=old.user_comments if old else (),
            context=message.context,
        )
    return fresh


def spoken(catalog: Catalog) -> list[Message]:
    """The sentences of a catalogue, without its header."""
    return [message for message in catalog if message.id]


def key_of(message: Message) -> tuple[str, str]:
    """What names a sentence: the context it is said in, and its (singular) text."""
    return message.context or "", forms(message.id)[0]


def forms(text: str | Sequence[str]) -> tuple[str, ...]:
    """The singular alone, or the singular and plurals."""
    return (text,) if isinstance(text, str) else tuple(text)


def compile_file(path: Path) -> Path:
    """Make the compiled file beside a translator's file."""
    compiled = path.with_suffix(".mo")
    with compiled.open("wb") as file:
        write_mo(file, read(path, language=path.parts[-3]))
    return compiled


# What is wrong with them


def faults(root: Path) -> list[str]:
    """All that a translator still has to do, one line each, over all languages."""
    words = words_of(root)
    found = [f"{language}: {fault}" for language in languages(root) for fault in faults_in(root, language, words=words)]
    return found if languages(root) else [f"{LOCALE}: there is no language here."]


def faults_in(root: Path, language: str, *, words: Catalog) -> Iterator[str]:
    """What is wrong in one language's file."""
    known = read(file_of(root, language), language=language)
    for message in spoken(words):
        told = known.get(message.id, message.context)
        for fault in faults_of(message, told, plurals=known.num_plurals):
            yield f"{named(message)} {fault}"
    for message in spoken(known):
        if words.get(message.id, message.context) is None:
            yield f"{named(message)} is no longer said; extract drops it."


def named(message: Message) -> str:
    """A sentence as the list of faults shows it: its text, context and first file."""
    context, text = key_of(message)
    place = f" ({message.locations[0][0]})" if message.locations else ""
    return f'"{text}"{f" [{context}]" if context else ""}{place}'


def faults_of(message: Message, told: Message | None, *, plurals: int) -> Iterator[str]:
    """What is wrong with one sentence's translation."""
    if told is None or told.pluralizable != message.pluralizable:
        yield "is missing; extract adds it."
        return
    if told.fuzzy:
        yield "is marked fuzzy."
    strings = forms(told.string or "")
    if not all(strings) or (message.pluralizable and len(strings) != plurals):
        yield "is not translated." if not any(strings) else "lacks a plural form."
        return
    for number, string in enumerate(strings):
        may_leave_out_one = message.pluralizable and number < plurals - 1  # "One site", "No site"
        if wrong := misplaced(forms(message.id)[-1], string, may_leave_out_one=may_leave_out_one):
            yield f"has other placeholders in {string!r}: {', '.join(wrong)}."


def misplaced(source: str, translation: str, *, may_leave_out_one: bool) -> list[str]:
    """The placeholders that only one of the two has."""
    wanted, given = placeholders(source), placeholders(translation)
    if not any(field.startswith(PERCENT_SIGN) and field != PERCENT_SIGN for field in wanted):
        wanted, given = wanted - {PERCENT_SIGN}, given - {PERCENT_SIGN}  # there, a percent sign is only a sign
    missing, strange = wanted - given, given - wanted
    return [] if may_leave_out_one and len(missing) == 1 and not strange else sorted(missing | strange)


def placeholders(text: str) -> set[str]:
    """What is filled in when the sentence is shown: {name}, %(name)s, and the signs that these make special."""
    return {*PERCENT_FIELD.findall(text), *brace_fields(text)}


def brace_fields(text: str) -> set[str]:
    """The {fields} of a sentence; a brace that is never closed counts as one, for it would stop the page."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return {"a lone brace"}
    return {
        f"{{{name}{'!' + how if how else ''}{':' + shape if shape else ''}}}"
        for _, name, shape, how in parts
        if name is not None
    }


# The command line


def main(words: Sequence[str] | None = None, *, root: Path = ROOT) -> int:
    """Do what the first word says; tell what is wrong, line by line."""
    parser = argparse.ArgumentParser(description="Find, compile and check the words to translate.")
    tasks = parser.add_subparsers(dest="task", required=True)
    tasks.add_parser("extract", help="bring every language's file up to date")
    tasks.add_parser("compile", help="make the files that the pages read").add_argument("files", nargs="*", type=Path)
    tasks.add_parser("check", help="list what a translator still has to do")
    given = parser.parse_args(words)
    try:
        wrong = do(given.task, files=getattr(given, "files", ()), root=root)
    except Unreadable as problem:
        wrong = [str(problem)]
    if wrong:
        print(*wrong, sep="\n")
    return 1 if wrong else 0


def do(task: str, *, files: Sequence[Path], root: Path) -> list[str]:
    """Do one task, and return what is wrong."""
    match task:
        case "extract":
            words = words_of(root)
            for language in languages(root):
                extract_to(file_of(root, language), words=words, language=language)
        case "compile":
            for path in files or [file_of(root, language) for language in languages(root)]:
                compile_file(path)
        case "check":
            return faults(root)
    return []


if __name__ == "__main__":
    sys.exit(main())
