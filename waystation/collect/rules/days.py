"""Days as people write them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any, Final

from ..problems import AmbiguousDate, NotADate, YearTooShort
from .texts import excerpt, folded, in_western_digits, is_empty

EXCEL_FIRST, EXCEL_LAST = 25_569, 73_415  # 1970 to 2100: a number beyond these, such as a mere year, is no day
EXCEL_START: Final = date(1899, 12, 30)
LAST_MONTH: Final = 12
MONTHS = {
    folded(name): month
    for month, names in enumerate(
        (
            "january jan janvier janv يناير جانفي كانون_الثاني",
            "february feb février févr fev فبراير فيفري شباط",
            "march mar mars مارس آذار",
            "april apr avril avr أبريل إبريل أفريل نيسان",
            "may mai مايو ماي أيار",
            "june jun juin يونيو يونيه جوان حزيران",
            "july jul juillet juil يوليو يوليه جويلية تموز",
            "august aug août aou أغسطس أوت آب",
            "september sep sept septembre سبتمبر أيلول",
            "october oct octobre أكتوبر تشرين_الأول",
            "november nov novembre نوفمبر تشرين_الثاني",
            "december dec décembre déc ديسمبر كانون_الأول",
        ),
        start=1,
    )
    for name in names.split()
}
"""The names of months in English, French and Arabic (Egypt, the Maghreb, the Levant), folded, in full and in short."""

YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?P<by>[-/.])(?P<month>\d\d?)(?P=by)(?P<day>\d\d?)([T ]\d\d?:.*)?")
YEAR_LAST = re.compile(r"(?P<one>\d\d?)(?P<by>[-/.])(?P<other>\d\d?)(?P=by)(?P<year>\d{4}|\d\d)( \d\d?:.*)?")
UNPARTED = re.compile(r"(?P<year>(19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)")
DAY_NAMED = re.compile(r"(?P<day>\d\d?)(er|st|nd|rd|th)? (of )?(?P<month>[^\d ][^\d]*) (?P<year>\d{4})")
MONTH_NAMED = re.compile(r"(?P<month>[^\d ][^\d]*) (?P<day>\d\d?)(st|nd|rd|th)? (?P<year>\d{4})")
EXCEL_TEXT = re.compile(r"\d{5}")


def read_date(word: Any, question: str) -> date | None:
    """A day from a phone, a sheet's date cell or number, or a text; None where nothing is written.

    Texts: 2021-03-12 (with or without a time), 12/03/2021 or 03/12/2021 where the day is beyond 12 or both are the
    same, and the month by its name. 03/04/2021 is asked back, whatever parts it, and so is a year of two digits.
    Raises NotADate, AmbiguousDate or YearTooShort.
    """
    if is_empty(word):
        return None
    if isinstance(word, date):
        return word.date() if isinstance(word, datetime) else word
    try:
        day = _written_day(in_western_digits(word), question) if isinstance(word, str) else _excel_day(word)
    except ValueError:  # such as the 31st of February
        day = None
    if day is None:
        raise NotADate(question=question, word=excerpt(word))
    return day


def _excel_day(number: Any) -> date | None:
    if not isinstance(number, int | float) or isinstance(number, bool) or not EXCEL_FIRST <= number <= EXCEL_LAST:
        return None
    return EXCEL_START + timedelta(days=int(number))


def _written_day(text: str, question: str) -> date | None:
    if parts := YEAR_FIRST.fullmatch(text) or UNPARTED.fullmatch(text):
        return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    if parts := YEAR_LAST.fullmatch(text):
        return _year_last(parts, question)
    if EXCEL_TEXT.fullmatch(text):
        return _excel_day(int(text))
    words = folded(re.sub(r"[,./]", " ", text))
    parts = DAY_NAMED.fullmatch(words) or MONTH_NAMED.fullmatch(words)
    month = MONTHS.get(parts["month"]) if parts else None
    return date(int(parts["year"]), month, int(parts["day"])) if parts and month else None


def _year_last(parts: re.Match[str], question: str) -> date:
    one, other = int(parts["one"]), int(parts["other"])
    if len(parts["year"]) < len("2021"):
        raise YearTooShort(question=question, word=excerpt(parts[0]))
    year = int(parts["year"])
    if one == other or one > LAST_MONTH:
        return date(year, other, one)
    if other > LAST_MONTH:
        return date(year, one, other)
    raise AmbiguousDate(
        question=question, word=excerpt(parts[0]), first=date(year, other, one), second=date(year, one, other)
    )
