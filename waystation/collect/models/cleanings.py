"""Answers changed in many submissions at once, so that it can be seen and taken back."""

from __future__ import annotations

from django.db import models

from waystation.access.models import Actor, ScopeField

from .projects import Form
from .submissions import LONGEST_INSTANCE, Submission


class Cleaning(models.Model):
    """One answer that was given another spelling wherever it stood in a form's submissions."""

    class State(models.TextChoices):
        """How far it has come."""

        CHANGING = "changing", "being changed"
        DONE = "done"
        TAKING_BACK = "taking_back", "being taken back"
        TAKEN_BACK = "taken_back", "taken back"

    form = models.ForeignKey(Form, models.CASCADE, related_name="cleanings")
    question = models.CharField(max_length=500, help_text="Its path, such as /site/name.")
    was = models.TextField(blank=True)
    becomes = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    scope = ScopeField()
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=11, choices=State, default=State.CHANGING)
    left = models.PositiveIntegerField(default=0, help_text="In how many submissions it could not be done.")

    def __str__(self) -> str:
        return f"cleaning {self.pk}"


class Cleaned(models.Model):
    """A submission that a cleaning changed, with the ids of its content before and after."""

    cleaning = models.ForeignKey(Cleaning, models.CASCADE, related_name="cleaned")
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="+")
    before = models.CharField(max_length=LONGEST_INSTANCE)
    after = models.CharField(max_length=LONGEST_INSTANCE)
    undone = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cleaning", "submission"], name="collect_cleaned_once")]

    def __str__(self) -> str:
        return f"cleaned {self.pk}"
