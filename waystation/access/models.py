"""Organisations, actors, roles, grants, keys, and the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    Text = models.CharField[str, str]
else:  # Django's fields take no type parameters when they run
    Text = models.CharField


class ScopeField(Text):
    """The path of a place. Compared byte by byte on both databases, so `inside` is a range of an ordinary index."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 400, **options})

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        """As a text, but in the collation of bytes."""
        collation = "C" if connection.vendor == "postgresql" else None
        return {**super().db_parameters(connection), "collation": collation}


class Organisation(models.Model):
    """An agency, government office, association or company that people act for."""

    known_by = "acronym"

    acronym = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.acronym


class Actor(AbstractBaseUser):
    """A person, a phone, a program or the system itself: the author of actions."""

    known_by = "username"
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    last_login = None  # when somebody signed in stands in the audit log

    class Kind(models.TextChoices):
        """What acts."""

        PERSON = "person"
        PHONE = "phone"
        PROGRAM = "program"
        SYSTEM = "system"
        LINK = "link", "whoever opens a public link"

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PERSON)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="actors")
    is_active = models.BooleanField(default=True)
    scope = ScopeField(default="/", db_index=True, help_text="Who may manage it: those with the right over this path.")
    made_at = models.DateTimeField(auto_now_add=True)
    pin_nth = models.PositiveIntegerField(null=True, help_text="Which of its PINs a phone asks for; empty: none.")

    objects = BaseUserManager()

    def __str__(self) -> str:
        return self.username


class Role(models.Model):
    """A named set of verbs."""

    known_by = "name"

    name = models.CharField(max_length=60, unique=True)
    verbs = models.JSONField(default=list, help_text="Verbs such as tracking.record_counts; * stands for anything.")

    def __str__(self) -> str:
        return self.name


class Grant(models.Model):
    """One actor holds one role over one place and everything inside it."""

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="grants")
    role = models.ForeignKey(Role, models.PROTECT, related_name="grants")
    scope = ScopeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "role", "scope"], name="access_granted_once")]

    def __str__(self) -> str:
        return f"{self.actor} {self.role} {self.scope}"


class Key(models.Model):
    """What a phone or a program shows instead of a password. Only its hash is kept."""

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="keys")
    digest = models.CharField(max_length=64, unique=True)
    nth = models.PositiveIntegerField(
        null=True, help_text="Which of its actor's keys; those that can be shown again are worked out from it."
    )
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"key {self.pk} of {self.actor}"


class Entry(models.Model):
    """One thing that was done. Also the queue: the worker takes what nobody has followed up."""

    app = models.CharField(max_length=20)
    verb = models.CharField(max_length=100)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    scope = ScopeField(db_index=True)
    refs = models.JSONField(default=dict, help_text="Identifiers and numbers only, never personal data.")
    at = models.DateTimeField(auto_now_add=True)
    followed_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["app", "-id"], name="access_entry_latest"),
            models.Index(
                fields=["verb", "id"], name="access_entry_waiting", condition=models.Q(followed_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} at {self.scope}"
