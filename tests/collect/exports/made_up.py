"""Forms of the field, and made-up answers to every question of a form, in the words that a phone would send."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

from pyxform.xls2xform import convert

from waystation.collect.rules.fields import Fields, Tree, answers_tree, fields_of
from waystation.collect.rules.fields.columns import Meta

FORMS = Path(__file__).parent / "forms"
NAMES = sorted(path.name.removesuffix(".xml.gz") for path in FORMS.glob("*.xml.gz"))
SENT = datetime(2026, 3, 1, 10, 20, 30, 400_000, tzinfo=UTC)

EVERY_TYPE = """
| survey | | | | |
| | type | name | label::English (en) | label::العربية (ar) |
| | start | begun | | |
| | deviceid | phone | | |
| | hidden | worked_out | | |
| | begin_group | all-kinds | Every kind | كل الأنواع |
| | text | a_text | A text | نص |
| | integer | a_count | A count | عدد |
| | decimal | a_number | A number | رقم |
| | range | a_range | A range | مدى |
| | date | a_day | A day | يوم |
| | time | a_time | A time | وقت |
| | datetime | a_moment | A moment | لحظة |
| | geopoint | a_point | A point | نقطة |
| | geotrace | a_way | A way | طريق |
| | geoshape | an_area | An area | منطقة |
| | image | a_picture | A picture | صورة |
| | audio | a_sound | A sound | صوت |
| | video | a_film | A film | فيلم |
| | file | a_file | A file | ملف |
| | barcode | a_barcode | A barcode | رمز |
| | acknowledge | agreed | Agreed | موافق |
| | note | a_note | A note | ملاحظة |
| | select_one water | source | Where does ${a_text} fetch water? | الماء |
| | select_multiple water | sources | All sources | كل المصادر |
| | rank water | ranked | Best first | الأفضل أولا |
| | select_one_from_file villages.csv | village | Village | قرية |
| | end_group | | | |
| | begin_repeat | household | Household | أسرة |
| | text | head | Head | رب الأسرة |
| | begin_group | who | Who | من |
| | begin_repeat | member | Member | فرد |
| | integer | age | Age | العمر |
| | end_repeat | | | |
| | end_group | | | |
| | end_repeat | | | |
| choices | | | | |
| | list_name | name | label::English (en) | label::العربية (ar) |
| | water | well | Well | بئر |
| | water | river | River | نهر |
| settings | | | | |
| | form_title | form_id | version | default_language |
| | Every kind | every | 1 | English (en) |
"""


def converted(sheet: str) -> Fields:
    """The fields of a form drawn as a Markdown table."""
    return fields_of(convert(sheet, form_name="data", file_type=".md").xform)


def form_called(name: str) -> Fields:
    """The fields of one of the forms of the field."""
    return fields_of(gzip.decompress((FORMS / f"{name}.xml.gz").read_bytes()).decode())


TEXTS = [
    "Amina, the elder",
    "a “quoted” word",
    'with "these"',
    "two\nlines",
    "=1+1",
    "+252 61",
    "نص عربي",
    "ё<&>",
    " x ",
]
ANSWERS: Mapping[str, list[str]] = {
    "int": ["0", "7", "-3", "1475"],
    "decimal": ["0.5", "-12.75", "3"],
    "boolean": ["true", "false"],
    "date": ["2021-03-12", "1999-12-31"],
    "time": ["10:20:30.000+02:00"],
    "dateTime": ["2021-03-12T10:20:30.400+02:00"],
    "geopoint": ["2.0469 45.3182 12.5 4.8", "-1.5 36.75", "13.1 32.88 0"],
    "geotrace": ["2.0 45.3 0.0 5.0;2.1 45.4 1.5 6.0"],
    "geoshape": ["2.0 45.3;2.1 45.4;2.2 45.2;2.0 45.3"],
    "binary": ["1614592800000.jpg"],
    "trigger": ["OK"],
}


def sent(fields: Fields, seed: int) -> tuple[dict[str, str], bytes]:
    """A filled form, with about a fifth of the questions left out: the answers outside repeats by path, and the XML."""
    random, entered = Random(seed), {}

    def inside(path: str) -> str:
        return "".join(map(one, fields.beneath[path]))

    def one(field) -> str:
        if field.kind == "repeat":
            return "".join(f"<{field.name}>{inside(field.path)}</{field.name}>" for _ in range(random.randint(0, 3)))
        if field.is_group:
            return f"<{field.name}>{inside(field.path)}</{field.name}>"
        if field.kind == "note" or random.random() < 0.2:
            return f"<{field.name}/>"
        codes = [choice.code for choice in field.choices] or ["code"]
        answer = {
            "select_one": lambda: random.choice(codes),
            "select_multiple": lambda: " ".join(random.sample(codes, random.randint(1, len(codes)))),
            "rank": lambda: " ".join(codes),
        }.get(field.kind, lambda: random.choice(ANSWERS.get(field.kind, TEXTS)))()
        if not field.repeat:
            entered[field.path] = answer
        return f"<{field.name}>{escape(answer)}</{field.name}>"

    return entered, f'<data id="made-up" version="1">{inside("")}</data>'.encode()


def rows_of(fields: Fields, xmls: Iterable[bytes]) -> list[tuple[Meta, Tree]]:
    """Submissions as they are exported."""
    return [
        (
            Meta(f"uuid:{number}", SENT, submitter_id=5, submitter_name="Amina", device_id="phone", form_version="1"),
            answers_tree(fields, xml),
        )
        for number, xml in enumerate(xmls, start=1)
    ]
