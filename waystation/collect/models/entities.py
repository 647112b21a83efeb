"""Entities: what forms create and update, such as trees, wells or households; in lists that phones carry with them."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from waystation.access.models import Actor, ScopeField

from .projects import FormVersion, Project
from .submissions import Submission

LONGEST_LIST_NAME = 200


class EntityList(models.Model):
    """Entities of one kind. ODK Central calls it a dataset, phones a file of that name with .csv behind it."""

    known_by = "name"

    project = models.ForeignKey(Project, models.PROTECT, related_name="entity_lists")
    name = models.CharField(max_length=LONGEST_LIST_NAME)
    scope = ScopeField()
    needs_approval = models.BooleanField(default=False, help_text="Nothing is created before approval.")
    owner_only = models.BooleanField(default=False, help_text="A phone carries only what it created itself.")
    closed_by = models.JSONField(
        default=dict, help_text="The property and the value that close an entity: it leaves the phones."
    )
    deleted_by = models.JSONField(default=dict, help_text="The property and the value that delete an entity.")
    changes = models.PositiveBigIntegerField(default=0, help_text="Counts every change: phones fetch it again then.")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "project", Lower("name"), name="collect_one_list_a_name", condition=models.Q(deleted_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.name


class EntityProperty(models.Model):
    """What may be said of each entity of a list."""

    list = models.ForeignKey(EntityList, models.CASCADE, related_name="properties")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, default="string", help_text="The type of its values, as XForms name it.")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "name"], name="collect_one_property_a_name")]

    def __str__(self) -> str:
        return self.name


class FormList(models.Model):
    """That a version of a form creates or updates entities of a list, and which of their properties it fills."""

    version = models.ForeignKey(FormVersion, models.CASCADE, related_name="entity_lists")
    list = models.ForeignKey(EntityList, models.CASCADE, related_name="versions")
    properties = models.JSONField(default=dict, help_text="Their kinds by name.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "list"], name="collect_one_list_a_version")]

    def __str__(self) -> str:
        return f"{self.version} {self.list}"


class Entity(models.Model):
    """One of them, as it is now."""

    known_by = "uuid"

    class Conflict(models.TextChoices):
        """Whether two changed it at once; hard: the same property to other values."""

        SOFT = "soft"
        HARD = "hard"

    list = models.ForeignKey(EntityList, models.PROTECT, related_name="entities")
    uuid = models.CharField(max_length=36)
    label = models.TextField()
    values = models.JSONField(default=dict, help_text="Texts by property.")
    version = models.PositiveIntegerField(default=1)
    scope = ScopeField(help_text="Which phones carry it: those that may send from there, or from a place inside.")
    conflict = models.CharField(max_length=4, choices=Conflict, blank=True)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "uuid"], name="collect_one_entity")]
        indexes = [
            models.Index(fields=["list", "-id"], name="collect_entities", condition=models.Q(deleted_at__isnull=True)),
            models.Index(fields=["list", "scope"], name="collect_entities_at"),
            models.Index(fields=["list", "-id"], name="collect_in_conflict", condition=~models.Q(conflict="")),
        ]

    def __str__(self) -> str:
        return self.uuid


class EntityVersion(models.Model):
    """An entity as it was after one change, with what the change was made of."""

    entity = models.ForeignKey(Entity, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    label = models.TextField()
    values = models.JSONField(default=dict)
    received = models.JSONField(default=dict, help_text="What the change said; the rest is of the version before.")
    base = models.PositiveIntegerField(null=True, help_text="The version that whoever made the change had before them.")
    branch = models.CharField(max_length=36, blank=True, help_text="The changes of one phone while it was offline.")
    trunk = models.PositiveIntegerField(null=True, help_text="The version that such a branch began at.")
    branch_base = models.PositiveIntegerField(null=True, help_text="Which of its branch the phone says it builds on.")
    conflict = models.CharField(max_length=4, choices=Entity.Conflict, blank=True)
    conflicting = models.JSONField(default=list, help_text="The properties that two changed to other values.")
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="entity_versions")
    source = models.CharField(max_length=255, blank=True, help_text="The file that many came from.")
    agent = models.CharField(max_length=255, blank=True)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entity", "version"], name="collect_one_entity_version")]

    def __str__(self) -> str:
        return f"{self.entity} {self.version}"


class EarlyChange(models.Model):
    """A change of a phone that builds on one which has not arrived. It waits, five days at most."""

    list = models.ForeignKey(EntityList, models.CASCADE, related_name="+")
    uuid = models.CharField(max_length=36)
    said = models.JSONField(help_text="The change, as it was read from the submission.")
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="+")
    since = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["list", "uuid"], name="collect_early")]

    def __str__(self) -> str:
        return self.uuid
