"""How answers are read: the XML of a filled form, rows of sheets, and words as people write them."""

from .choices import read_choice, read_yes_no
from .days import read_date
from .filled import Filled, read_filled
from .form_files import files_of
from .heads import Head, read_head
from .mappings import read_mapping
from .names import name_beside
from .numbers import read_count, read_number
from .qr import draft_settings, packed, phone_settings
from .questions import Question, flat, read_questions
from .rows import column_names, is_hxl_row, is_total_row
from .texts import excerpt, folded, in_western_digits

__all__ = [
    "Filled",
    "Head",
    "Question",
    "column_names",
    "draft_settings",
    "excerpt",
    "files_of",
    "flat",
    "folded",
    "in_western_digits",
    "is_hxl_row",
    "is_total_row",
    "name_beside",
    "packed",
    "phone_settings",
    "read_choice",
    "read_count",
    "read_date",
    "read_filled",
    "read_head",
    "read_mapping",
    "read_number",
    "read_questions",
    "read_yes_no",
]
