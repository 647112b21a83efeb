"""Webhooks of a project, and what they were told."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from ..models import Delivery, Project, Webhook
from ..problems import NoSuchWebhook


def webhooks(project: Project) -> QuerySet[Webhook]:
    """The webhooks of a project, the newest first."""
    return Webhook.objects.filter(project=project).select_related("form", "made_by").order_by("-pk")


def webhook_numbered(project: Project, number: int) -> Webhook:
    """One of them. Raises NoSuchWebhook."""
    found = webhooks(project).filter(pk=number).first()
    if found is None:
        raise NoSuchWebhook
    return found


def deliveries(webhook: Webhook, *, state: str = "", since: datetime | None = None) -> QuerySet[Delivery]:
    """What a webhook was told, the latest first; perhaps only what is in one state, or since a moment."""
    found = webhook.deliveries.order_by("-pk")
    found = found.filter(state=state) if state else found
    return found.filter(made_at__gte=since) if since else found


def due(at: datetime, most: int) -> list[list[Delivery]]:
    """What is to be told now: for each webhook so many at most, in the order in which it happened."""
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING, next_at__lte=at, webhook__is_active=True)
    hooks = waiting.order_by("webhook").values_list("webhook", flat=True).distinct()
    return [
        list(waiting.filter(webhook=hook).select_related("webhook").order_by("next_at", "pk")[:most]) for hook in hooks
    ]
