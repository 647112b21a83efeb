"""Webhooks of a project, and what they were told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.timezone import now

from waystation.access.queries import check_may

from .. import actions, queries
from ..problems import NoSuchWebhook, WrongWord
from ..rules.webhooks import secret_of
from .rest import DONE, moment, number, said, text, truth, word

if TYPE_CHECKING:
    from waystation.access.models import Actor

    from ..models import Delivery, Project, Webhook

NEEDED = "collect.add_webhook"


def _project(by: Actor, number: int) -> Project:
    found = queries.project_numbered(by, number)
    check_may(by, NEEDED, found.scope)
    return found


def told(webhook: Webhook) -> dict[str, Any]:
    """A webhook; not the secret that signs what it tells, which is shown once, when it is made."""
    return {
        "id": webhook.pk,
        "projectId": webhook.project_id,
        "xmlFormId": webhook.form.form_id if webhook.form else None,
        "url": webhook.url,
        "events": webhook.events,
        "active": webhook.is_active,
        "createdAt": moment(webhook.made_at),
        "createdBy": webhook.made_by_id,
    }


def webhooks(by: Actor, request: HttpRequest, *, project: int) -> list[dict[str, Any]]:
    """The webhooks of a project."""
    return [told(one) for one in queries.webhooks(_project(by, project))]


def add_webhook(by: Actor, request: HttpRequest, *, project: int) -> dict[str, Any]:
    """Let an address be told what happens: {"url": …, "events": [...], "xmlFormId": …}."""
    found = queries.project_numbered(by, project)
    body = said(request)
    events = body.get("events") or []
    if not isinstance(events, list) or not all(isinstance(one, str) for one in events):
        raise WrongWord(name="events", word=str(events)[:80])
    form_id = text(body, "xmlFormId")
    form = queries.form_in(by, project, form_id) if form_id else None
    made = actions.add_webhook(by=by, project=found, url=word(body, "url"), events=events, form=form)
    return told(made) | {"secret": secret_of(settings.SECRET_KEY, made.pk)}


def webhook(by: Actor, request: HttpRequest, *, project: int, webhook: int) -> dict[str, Any]:
    """One webhook."""
    return told(queries.webhook_numbered(_project(by, project), webhook))


def change_webhook(by: Actor, request: HttpRequest, *, project: int, webhook: int) -> dict[str, Any]:
    """Pause a webhook, or let it go on: {"active": false}."""
    found = queries.webhook_numbered(_project(by, project), webhook)
    is_active = truth(said(request), "active")
    if is_active is None:
        raise WrongWord(name="active", word="null")
    return told(actions.set_webhook(by=by, webhook=found, is_active=is_active))


def delete_webhook(by: Actor, request: HttpRequest, *, project: int, webhook: int) -> dict[str, Any]:
    """Take a webhook away, with its log."""
    actions.delete_webhook(by=by, webhook=queries.webhook_numbered(_project(by, project), webhook))
    return DONE


def delivery_told(one: Delivery) -> dict[str, Any]:
    """One thing that was told, and what came of it."""
    return {
        "id": one.pk,
        "event": one.event,
        "data": one.said,
        "state": one.state,
        "tries": one.tries,
        "status": one.status,
        "answer": one.answer,
        "milliseconds": one.milliseconds,
        "createdAt": moment(one.made_at),
        "nextAt": moment(one.next_at),
    }


def deliveries(by: Actor, request: HttpRequest, *, project: int, webhook: int) -> list[dict[str, Any]]:
    """The log of a webhook, the latest first; with `state`, only what is in that state."""
    found = queries.webhook_numbered(_project(by, project), webhook)
    start, most = number(request, "offset", 0), min(number(request, "limit", 100), 1_000)
    rows = queries.deliveries(found, state=request.GET.get("state", ""))
    return [delivery_told(one) for one in rows[start : start + most]]


def replay(by: Actor, request: HttpRequest, *, project: int, webhook: int) -> dict[str, Any]:
    """Tell again: {"id": 7}, or all that was given up, perhaps since a moment: {"since": "2026-11-01"}."""
    found = queries.webhook_numbered(_project(by, project), webhook)
    body = said(request)
    one = body.get("id")
    if one is None:
        rows = queries.deliveries(found, state="given_up", since=_since(body))
    elif isinstance(one, int) and not isinstance(one, bool) and abs(one) < MOST:
        rows = queries.deliveries(found).filter(pk=one)
    else:
        raise WrongWord(name="id", word=str(one)[:80])
    chosen = list(rows[:AT_ONCE])
    if one is not None and not chosen:
        raise NoSuchWebhook
    return {"replayed": len(actions.replay(by=by, webhook=found, deliveries=chosen))}


AT_ONCE = 10_000
MOST = 2**62


def _since(body: dict[str, Any]) -> datetime | None:
    given = text(body, "since")
    if given is None:
        return None
    try:
        found = datetime.fromisoformat(given)
    except ValueError as error:
        raise WrongWord(name="since", word=given[:80]) from error
    return found if found.tzinfo else found.replace(tzinfo=now().tzinfo)
