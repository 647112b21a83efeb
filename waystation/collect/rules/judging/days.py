"""Days and times as forms reckon with them: as numbers of days since 1970, on the clock of the phone."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001  (the phone's own clock, whatever its zone)
DAY: Final = 86_400
DATE = r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
TIME = r"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d{1,9}))?)?"
ZONE = r"(?:Z|[+-]\d\d(?::?\d\d)?)?"
DAY_WRITTEN = re.compile(DATE + ZONE, re.ASCII)
TIME_WRITTEN = re.compile(TIME + ZONE, re.ASCII)
MOMENT_WRITTEN = re.compile(f"{DATE}T{TIME}{ZONE}", re.ASCII)
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
PLACEHOLDER = re.compile(r"%(.)")


def moment_of(text: str) -> datetime | None:
    """The moment that a text says on the phone's clock, midnight for a day; None where it says none."""
    parts = DAY_WRITTEN.fullmatch(text) or MOMENT_WRITTEN.fullmatch(text)
    if parts is None:
        return None
    said = parts.groupdict(default="0")
    try:
        day = datetime(int(said["year"]), int(said["month"]), int(said["day"]))  # noqa: DTZ001
        return day + timedelta(seconds=_seconds(said)) if "hour" in said else day
    except (ValueError, OverflowError):  # such as the 31st of February
        return None


def _seconds(said: dict[str, str]) -> float:
    hour, minute, second = int(said["hour"]), int(said["minute"]), int(said["second"])
    if hour >= 24 or minute >= 60 or second >= 60:  # noqa: PLR2004
        raise ValueError
    return hour * 3600 + minute * 60 + second + float(f"0.{said['fraction']}")


def days_of(text: str) -> float:
    """A day or a moment as days since 1970; NaN where it is none."""
    moment = moment_of(text)
    return math.nan if moment is None else (moment - EPOCH).total_seconds() / DAY


def part_of_day(text: str) -> float:
    """A time as a part of the day: noon is 0.5; NaN where it is none."""
    parts = TIME_WRITTEN.fullmatch(text) or MOMENT_WRITTEN.fullmatch(text)
    try:
        return math.nan if parts is None else _seconds(parts.groupdict(default="0")) / DAY
    except ValueError:
        return math.nan


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar."""
    return "T" not in text and moment_of(text) is not None


def is_time(text: str) -> bool:
    """Whether a text is a time of the day."""
    return TIME_WRITTEN.fullmatch(text) is not None and not math.isnan(part_of_day(text))


def is_moment(text: str) -> bool:
    """Whether a text is a day of the calendar with a time."""
    return "T" in text and moment_of(text) is not None


def day_written(days: float) -> str:
    """Days since 1970 as a day; empty where it is none."""
    moment = _moment(days)
    return "" if moment is None else date(moment.year, moment.month, moment.day).isoformat()


def moment_written(days: float) -> str:
    """Days since 1970 as a day and a time; empty where it is none."""
    moment = _moment(days)
    return "" if moment is None else moment.isoformat(timespec="milliseconds")


def _moment(days: float) -> datetime | None:
    try:
        return EPOCH + timedelta(milliseconds=round(days * DAY * 1000))
    except (OverflowError, ValueError):  # NaN, or a year that no calendar has
        return None


def formatted(days: float, pattern: str) -> str:
    """Days since 1970 as a pattern such as %d/%m/%Y wants it; empty where it is no day."""
    moment = _moment(days)
    if moment is None:
        return ""
    words = {
        "Y": f"{moment.year:04d}",
        "y": f"{moment.year % 100:02d}",
        "m": f"{moment.month:02d}",
        "n": str(moment.month),
        "b": MONTHS[moment.month - 1],
        "d": f"{moment.day:02d}",
        "e": str(moment.day),
        "a": WEEKDAYS[moment.weekday()],
        "H": f"{moment.hour:02d}",
        "h": str(moment.hour),
        "M": f"{moment.minute:02d}",
        "S": f"{moment.second:02d}",
        "3": f"{moment.microsecond // 1000:03d}",
        "%": "%",
    }
    return PLACEHOLDER.sub(lambda sign: words.get(sign[1], sign[0]), pattern)
