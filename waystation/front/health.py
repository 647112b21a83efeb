"""Looking whether all is well: what an operator asks before leaving for the weekend."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from waystation.access.models import Entry
from waystation.collect.files import path_of
from waystation.collect.models import Attachment, Submission
from waystation.sharing.models import Publication
from waystation.sharing.queries import is_intact

from .worker import FOLLOWED_BY, MOST_FAILURES

LEAST_FREE = 1_000_000_000  # bytes of disk, under which uploads soon fail


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    well: bool
    says: str


def findings() -> list[Finding]:
    """Everything looked at, in turn."""
    return [look() for look in LOOKS]


def _database() -> Finding:
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute("show server_version")
            return Finding("database", True, f"PostgreSQL {cursor.fetchone()[0]}")
        cursor.execute("pragma quick_check")
        damage = [row[0] for row in cursor.fetchall() if row[0] != "ok"]
        cursor.execute("pragma foreign_key_check")
        damage += [str(row) for row in cursor.fetchall()]
        cursor.execute("pragma journal_mode")
        mode = cursor.fetchone()[0]
    return Finding("database", not damage and mode == "wal", "; ".join(damage[:5]) or f"SQLite, {mode}")


def _disk() -> Finding:
    free = shutil.disk_usage(settings.DATA).free
    return Finding("disk", free > LEAST_FREE, f"{free // 1_000_000:,} MB")


def _files() -> Finding:
    missing = [sha256 for sha256 in _hashes() if not path_of(sha256).exists()]
    return Finding("files", not missing, ", ".join(missing[:5]) or _("all there"))


def _hashes() -> Iterator[str]:
    yield from Attachment.objects.values_list("sha256", flat=True).distinct().iterator()


def _publications() -> Finding:
    changed = [str(one.pk) for one in Publication.objects.iterator() if not is_intact(one)]
    return Finding("publications", not changed, ", ".join(changed) or _("unchanged since they were approved"))


def _queue() -> Finding:
    stuck = Entry.objects.filter(verb__in=list(FOLLOWED_BY), followed_at=None)
    broken = stuck.filter(failures__gte=MOST_FAILURES).count()
    says = _("{waiting} waiting, {broken} given up").format(waiting=stuck.count() - broken, broken=broken)
    return Finding("queue", not broken, says)


def _tray() -> Finding:
    held = Submission.objects.filter(state__in=[Submission.State.HELD, Submission.State.RIVAL]).count()
    return Finding("tray", True, _("{held} held for somebody to decide").format(held=held))


LOOKS: tuple[Callable[[], Finding], ...] = (_database, _disk, _files, _publications, _queue, _tray)
