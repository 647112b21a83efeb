"""What sends: devices that were seen, and links by which anybody may fill in a form."""

from __future__ import annotations

from django.db import models

from waystation.access.models import Actor

from .projects import LONGEST_FILE_NAME, Form, Project


class Device(models.Model):
    """A device that sent something to a project, by the name that it gives itself, under one account."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="devices")
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    name = models.CharField(max_length=LONGEST_FILE_NAME)
    agent = models.CharField(max_length=LONGEST_FILE_NAME, blank=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    submissions = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "actor", "name"], name="collect_one_device")]
        indexes = [models.Index(fields=["project", "-last_at"], name="collect_devices_seen")]

    def __str__(self) -> str:
        return self.name


class PublicLink(models.Model):
    """A link by which anybody may fill in one form: an account of its own, which may do just that."""

    form = models.ForeignKey(Form, models.CASCADE, related_name="links")
    actor = models.OneToOneField(Actor, models.PROTECT, related_name="+")
    once = models.BooleanField(default=False, help_text="Whether it takes one submission only.")
    taken = models.CharField(max_length=64, blank=True, help_text="The hash of that one submission, once it came.")
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"link {self.pk}"
