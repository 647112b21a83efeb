"""What never stands in a log: keys in the addresses of phones and public links."""

from __future__ import annotations

import logging
import re

KEY = re.compile(r"/(key|test|link)/[^/\s]+")


class WithoutKeys(logging.Filter):
    """Writes … for the key in an address, which alone opens a project."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record, without keys."""
        record.msg, record.args = KEY.sub(r"/\1/…", record.getMessage()), ()
        return True
