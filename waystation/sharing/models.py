"""Publications: a figure, frozen."""

from __future__ import annotations

from django.db import models

from waystation.access.models import Actor, ScopeField


class Publication(models.Model):
    """One figure as it stood on one day, for one audience. Its content is never altered; a correction is a new one."""

    class Audience(models.TextChoices):
        """Who may read it."""

        PUBLIC = "public"
        PARTNERS = "partners"
        INTERNAL = "internal"

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting", "waiting for approval"
        PUBLISHED = "published"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    figure = models.CharField(max_length=100)
    words = models.JSONField(default=dict, help_text="What it was asked with, such as {'round': '11'}.")
    scope = ScopeField(db_index=True)
    audience = models.CharField(max_length=10, choices=Audience)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    columns = models.JSONField(help_text="As they were: name, kind, tag, label, shield.")
    rows = models.JSONField()
    basis = models.JSONField(default=dict, help_text="Method, dates and coverage, as they were.")
    withheld = models.PositiveIntegerField(help_text="Cells hidden to protect people.")
    entry = models.PositiveBigIntegerField(
        help_text="The audit log had come this far: what was recorded later is not in it."
    )
    checksum = models.CharField(max_length=64, help_text="SHA-256 of columns, rows and basis.")
    prepared_by = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["figure", "state", "-id"], name="sharing_latest")]

    def __str__(self) -> str:
        return f"{self.figure} {self.pk}"
