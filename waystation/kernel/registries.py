"""A registry: a folder where one file is one thing, and the file's name is its name."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from importlib.util import find_spec
from typing import TypeVar

Thing = TypeVar("Thing")


def things_on(package: str, kind: type[Thing]) -> dict[str, Thing]:
    """Every thing in one registry folder, by file name. A missing folder is an empty one.

    Raises TypeError, naming the file, where a file does not hold `<kind> = <Kind>(...)`.
    """
    if find_spec(package) is None:
        return {}
    variable = kind.__name__.lower()
    found = {}
    for module in pkgutil.iter_modules(import_module(package).__path__):
        thing = getattr(import_module(f"{package}.{module.name}"), variable, None)
        if not isinstance(thing, kind):
            raise TypeError(f"{package}/{module.name}.py must hold `{variable} = {kind.__name__}(...)`")
        found[module.name] = thing
    return found
