"""Answers changed in many submissions at once, for programs. ODK Central has no such thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from .. import actions, queries
from .rest import moment, said, text, word

if TYPE_CHECKING:
    from waystation.access.models import Actor


def told(one: Any) -> dict[str, Any]:
    """One change, with how many submissions it changed, and how many of them it was taken back in."""
    return {
        "id": one.pk,
        "question": one.question,
        "from": one.was,
        "to": one.becomes,
        "reason": one.reason or None,
        "changed": one.changed,
        "undone": one.back,
        "createdAt": moment(one.made_at),
        "createdBy": one.made_by_id,
        "undoneAt": moment(one.undone_at),
        "undoneBy": one.undone_by_id,
    }


def cleanings(by: Actor, request: HttpRequest, *, project: int, form_id: str) -> list[dict[str, Any]]:
    """What was changed at once, the latest first."""
    return [told(one) for one in queries.cleanings(by, queries.form_in(by, project, form_id))]


def add_cleaning(by: Actor, request: HttpRequest, *, project: int, form_id: str) -> dict[str, Any]:
    """Change an answer: {"question": "/site/name", "from": "Juba town", "to": "Juba", "reason": …}."""
    form, body = queries.form_in(by, project, form_id), said(request)
    asked = {"was": text(body, "from") or "", "becomes": text(body, "to") or "", "reason": text(body, "reason") or ""}
    made = actions.clean_everywhere(by=by, form=form, question=word(body, "question"), **asked)
    return told(queries.cleaning_numbered(by, form, made.pk))


def undo_cleaning(by: Actor, request: HttpRequest, *, project: int, form_id: str, number: int) -> dict[str, Any]:
    """Take one back."""
    form = queries.form_in(by, project, form_id)
    actions.undo_everywhere(by=by, cleaning=queries.cleaning_numbered(by, form, number))
    return told(queries.cleaning_numbered(by, form, number))
