"""Lists as comma-separated values, sent line by line."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice

from django.http import StreamingHttpResponse

CSV = "text/csv; charset=utf-8"
AT_ONCE = 500  # lines that are sent in one piece


def as_csv(rows: Iterable[list[str]], name: str) -> StreamingHttpResponse:
    """Rows as a file, line by line."""

    def lines() -> Iterator[bytes]:
        left = iter(rows)
        while portion := list(islice(left, AT_ONCE)):
            text = StringIO()
            csv.writer(text, lineterminator="\n").writerows(portion)
            yield text.getvalue().encode()

    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingHttpResponse(lines(), content_type=CSV, headers=headers)
