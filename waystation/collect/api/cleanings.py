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
        "state": one.state,
        "changed": one.changed,
        "undone": one.back,
        "left": one.left,
        "createdAt": moment(one.made_at),
        "createdBy": one.made_by_id,
        "undoneBy": one.undone_by_id,
    }


def cleanings(by: Actor, request: HttpRequest, *, project: int, form_id: str) -> list[dict[str, Any]]:
    """What was changed at once, the latest first."""
    return [told(one) for one in queries.cleanings(by, queries.form_in(by, project, form_id))]


def add_cleaning(by: Actor, request: HttpRequest, *, project: int, form_id: str) -> dict[str, Any]:
    """Let an answer be changed: {"question": "/site/name", "from": "Juba town", "to": "Juba", "reason": …}.

    The worker does it: `state` says whether it is done.
    """
    form, body = queries.form_in(by, project, form_id), said(request)
    asked = {"was": text(body, "from") or "", "becomes": text(body, "to") or "", "reason": text(body, "reason") or ""}
    made = actions.clean(by=by, form=form, question=word(body, "question"), **asked)
    return told(queries.cleaning_numbered(by, form, made.pk))


def cleaning(by: Actor, request: HttpRequest, *, project: int, form_id: str, number: int) -> dict[str, Any]:
    """One of them."""
    return told(queries.cleaning_numbered(by, queries.form_in(by, project, form_id), number))


def undo_cleaning(by: Actor, request: HttpRequest, *, project: int, form_id: str, number: int) -> dict[str, Any]:
    """Let one be taken back."""
    form = queries.form_in(by, project, form_id)
    actions.undo_cleaning(by=by, cleaning=queries.cleaning_numbered(by, form, number))
    return told(queries.cleaning_numbered(by, form, number))
