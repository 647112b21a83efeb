"""Every setting of an installation: declared once, read once, documented by generation (docs/settings.md).

A variable that starts with WAYSTATION_ and is not declared here stops the start: a mistyped setting is never silently
ignored.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .problems import UnknownSetting, WrongSetting

PREFIX = "WAYSTATION_"
LANGUAGES = ("en", "fr", "ar")


def words(text: str) -> list[str]:
    """Words parted by commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


def address(text: str) -> str:
    """The address of a PostgreSQL database, or nothing. Raises ValueError."""
    parts = urlsplit(text)
    if text and (parts.scheme not in ("postgres", "postgresql") or len(parts.path) <= len("/") or parts.port == 0):
        raise ValueError(text)
    return text


def origin(text: str) -> str:
    """The beginning of a web address, or nothing. Raises ValueError."""
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/")):
        raise ValueError(text)
    return text.rstrip("/")


def language(text: str) -> str:
    """One of the languages spoken here. Raises ValueError."""
    if text not in LANGUAGES:
        raise ValueError(text)
    return text


def yes_no(text: str) -> bool:
    """Yes or no. Raises ValueError."""
    if text not in ("yes", "no"):
        raise ValueError(text)
    return text == "yes"


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable of the environment."""

    name: str
    read: Callable[[str], Any]
    default: str
    help: str


SETTINGS = (
    Setting("DATA", Path, "waystation-data", "Folder of the embedded database, of files received and of the secret."),
    Setting("DATABASE", address, "", "postgres://user:password@host:port/name; empty means SQLite inside DATA."),
    Setting("SECRET", str, "", "Key that signs sessions; empty means one is made and kept inside DATA."),
    Setting("HOSTS", words, "localhost,127.0.0.1,[::1]", "Names under which this server may be called, by commas."),
    Setting("ORIGIN", origin, "", "Public address such as https://tracking.example.org, when behind a TLS proxy."),
    Setting("HOOKS_INSIDE", yes_no, "no", "Whether webhooks may tell addresses of the own network: yes or no."),
    Setting("LANGUAGE", language, "en", "Language of who states none: en, fr or ar."),
)


def read_settings(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """The value of every setting, by name without the prefix.

    Raises UnknownSetting for a WAYSTATION_ variable that is not declared, WrongSetting for one that cannot be read.
    """
    known = {setting.name for setting in SETTINGS}
    for variable in environment:
        if variable.startswith(PREFIX) and variable.removeprefix(PREFIX) not in known:
            raise UnknownSetting(variable=variable, known=", ".join(PREFIX + name for name in sorted(known)))
    read = {}
    for setting in SETTINGS:
        word = environment.get(PREFIX + setting.name, setting.default)
        try:
            read[setting.name] = setting.read(word)
        except ValueError as error:
            shown = word.rpartition("@")[2]  # not the password of a database
            raise WrongSetting(variable=PREFIX + setting.name, word=shown) from error
    return read
