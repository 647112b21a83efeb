"""What the tables of a form look like, and the answers of its filled forms laid out in them."""

from .answers import Tree, answers_tree
from .rows import child_rows, expanded_row, id_of, in_well_known_text, link_to, occurrences, root_row
from .shape import ROOT, UNFIT, Choice, Field, Fields, Kind, merged, odata_name, said
from .values import position_of, written
from .xforms import fields_of

__all__ = [
    "ROOT",
    "UNFIT",
    "Choice",
    "Field",
    "Fields",
    "Kind",
    "Tree",
    "answers_tree",
    "child_rows",
    "expanded_row",
    "fields_of",
    "id_of",
    "in_well_known_text",
    "link_to",
    "merged",
    "occurrences",
    "odata_name",
    "position_of",
    "root_row",
    "said",
    "written",
]
