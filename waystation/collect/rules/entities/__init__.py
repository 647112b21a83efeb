"""Entities by the ODK specification 2025.1: what forms declare, what submissions say, how changes meet."""

from .changes import PATIENCE, Base, Change, Conflict, HeldBack, Known, Made, NeverWas, applied
from .declared import Declared, declared_in
from .said import Said, said_in
from .values import FIT, checked_list_name, checked_property_name, checked_uuid, fits

__all__ = [
    "FIT",
    "PATIENCE",
    "Base",
    "Change",
    "Conflict",
    "Declared",
    "HeldBack",
    "Known",
    "Made",
    "NeverWas",
    "Said",
    "applied",
    "checked_list_name",
    "checked_property_name",
    "checked_uuid",
    "declared_in",
    "fits",
    "said_in",
]
