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

from .problems import UnknownSetting, WrongSetting

PREFIX = "WAYSTATION_"


def words(text: str) -> list[str]:
    """Words parted by commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable of the environment."""

    name: str
    read: Callable[[str], Any]
    default: str
    help: str


SETTINGS = (
    Setting("DATA", Path, "waystation-data", "Folder of the embedded database, of files received and of the secret."),
    Setting("DATABASE", str, "", "postgres://user:password@host:port/name; empty means SQLite inside DATA."),
    Setting("SECRET", str, "", "Key that signs sessions; empty means one is made and kept inside DATA."),
    Setting("HOSTS", words, "localhost,127.0.0.1,[::1]", "Names under which this server may be called, by commas."),
    Setting("ORIGIN", str, "", "Public address such as https://tracking.example.org, when behind a TLS proxy."),
    Setting("LANGUAGE", str, "en", "Language of who states none: en, fr or ar."),
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
            raise WrongSetting(variable=PREFIX + setting.name, word=word) from error
    return read
