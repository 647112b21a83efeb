"""Addresses that are told what happens, and the log of what they were told."""

from __future__ import annotations

from django.db import models

from waystation.access.models import Actor, ScopeField

from .projects import Form, Project


class Webhook(models.Model):
    """An address of another system that is told when something happens in a project, or to one form of it."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="webhooks")
    form = models.ForeignKey(Form, models.CASCADE, null=True, related_name="+")
    url = models.CharField(max_length=500)
    events = models.JSONField(default=list, help_text="Such as submission.create; empty: everything.")
    scope = ScopeField()
    is_active = models.BooleanField(default=True)
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"webhook {self.pk}"


class Delivery(models.Model):
    """One thing that an address is told, however often that takes."""

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting"
        DELIVERED = "delivered"
        GIVEN_UP = "given_up"

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=40)
    said = models.JSONField(help_text="What is told: ids, never answers.")
    made_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True, help_text="When it is tried next; empty once it needs no more.")
    status = models.PositiveSmallIntegerField(null=True, help_text="What the address answered last.")
    answer = models.CharField(max_length=500, blank=True, help_text="How its answer begins, or why there was none.")
    milliseconds = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], name="collect_delivery_due", condition=models.Q(state="waiting")),
            models.Index(fields=["webhook", "-id"], name="collect_delivery_log"),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.webhook}"
