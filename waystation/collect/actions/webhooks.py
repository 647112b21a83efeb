"""Telling other systems what happened."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.utils.timezone import now

from waystation.access.action import action
from waystation.access.models import Actor

from ..models import Delivery, Entity, Form, Project, Submission, Webhook
from ..rules.webhooks import GONE, checked_events, checked_url, pause_after


@action(on="project")
def add_webhook(
    *, by: Actor, project: Project, url: str, events: Sequence[str] = (), form: Form | None = None
) -> Webhook:
    """Let an address be told what happens in a project, or to one form of it."""
    return Webhook.objects.create(
        project=project,
        form=form,
        url=checked_url(url),
        events=checked_events(list(events)),
        scope=project.scope,
        made_by=by,
    )


@action(on="webhook")
def set_webhook(*, by: Actor, webhook: Webhook, is_active: bool) -> Webhook:
    """Let an address be told again, or nothing for a while: what happens meanwhile it is never told."""
    webhook.is_active = is_active
    webhook.save(update_fields=["is_active"])
    return webhook


@action(on="webhook")
def delete_webhook(*, by: Actor, webhook: Webhook) -> None:
    """Let an address be told nothing any more; its log goes with it."""
    webhook.delete()


@action(on="webhook")
def replay(*, by: Actor, webhook: Webhook, deliveries: list[Delivery]) -> list[Delivery]:
    """Tell an address again what it was told before."""
    for one in deliveries:
        one.state, one.tries, one.next_at = Delivery.State.WAITING, 0, now()
    Delivery.objects.bulk_update(deliveries, ["state", "tries", "next_at"])
    return deliveries


@action()
def note_delivery(*, by: Actor, delivery: Delivery, status: int | None, answer: str, milliseconds: int) -> Delivery:
    """Keep what came of telling an address; where it failed, when to try again."""
    delivery.tries += 1
    delivery.status, delivery.answer, delivery.milliseconds = status, answer[:500].replace("\0", ""), milliseconds
    pause = pause_after(delivery.tries)
    if status is not None and status // 100 == 2:  # noqa: PLR2004  (all 2xx)
        delivery.state, delivery.next_at = Delivery.State.DELIVERED, None
    elif status == GONE or pause is None:
        delivery.state, delivery.next_at = Delivery.State.GIVEN_UP, None
    else:
        delivery.next_at = now() + pause
    delivery.save()
    return delivery


def tell_of_submissions(event: str, submissions: Iterable[Submission]) -> None:
    """Let the webhooks of their projects be told of submissions, once what happened is sure."""
    _tell(
        (
            event,
            one.form,
            {
                "projectId": one.form.project_id,
                "xmlFormId": one.form.form_id,
                "instanceId": one.instance,
                "currentInstanceId": one.current or one.instance,
                "reviewState": one.review or None,
                "submitterId": one.actor_id,
            },
        )
        for one in submissions
        if one.draft_id is None
    )


def tell_of_entities(event: str, entities: Iterable[Entity]) -> None:
    """Let the webhooks of their projects be told of entities."""
    _tell(
        (
            event,
            one.list,
            {
                "projectId": one.list.project_id,
                "dataset": one.list.name,
                "uuid": one.uuid,
                "version": one.version,
                "conflict": one.conflict or None,
            },
        )
        for one in entities
    )


def _tell(happened: Iterable[tuple[str, Any, dict[str, Any]]]) -> None:
    told = list(happened)
    hooks = _hooks_of({about.project_id for _event, about, _said in told})
    at = now()
    Delivery.objects.bulk_create(
        Delivery(webhook=hook, event=event, said=said, next_at=at)
        for event, about, said in told
        for hook in hooks
        if hook.project_id == about.project_id
        and (not hook.events or event in hook.events)
        and (hook.form_id is None or (isinstance(about, Form) and hook.form_id == about.pk))
    )


def _hooks_of(projects: Collection[int]) -> list[Webhook]:
    return list(Webhook.objects.filter(project__in=projects, is_active=True)) if projects else []
