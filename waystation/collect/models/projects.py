"""Projects; forms in their versions, with the files that they ask for."""

from __future__ import annotations

from django.db import models

from waystation.access.models import Actor, ScopeField

LONGEST_VERSION, LONGEST_FILE_NAME = 100, 255


class Project(models.Model):
    """Forms that belong together, with their own people and submissions: what ODK Central calls a project.

    Its scope is a path as that of a place: who holds a role over it holds it over all its forms and what came in. The
    first project is the installation's own; its scope is everywhere, and its forms lie in the places they are for.
    """

    known_by = "name"

    name = models.CharField(max_length=200, unique=True)
    description = models.TextField(blank=True)
    scope = ScopeField(db_index=True)
    is_archived = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Form(models.Model):
    """One form that phones can fetch, in all its versions."""

    known_by = "form_id"

    class State(models.TextChoices):
        """Whether it is on the phones' list, and whether what was filled in is still taken."""

        OPEN = "open"
        CLOSING = "closing", "off the list, still taken"
        CLOSED = "closed"

    project = models.ForeignKey(Project, models.PROTECT, related_name="forms")
    form_id = models.CharField(max_length=100)
    title = models.CharField(max_length=250)
    intake = models.CharField(max_length=100, blank=True, help_text="Who takes the answers; empty: only collected.")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    scope = ScopeField(default="/")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "form_id"], name="collect_one_form_id", condition=models.Q(deleted_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.form_id


class FormVersion(models.Model):
    """A form as it was on one day, or as a draft that is tried out. Once published it is never altered."""

    form = models.ForeignKey(Form, models.PROTECT, related_name="versions")
    version = models.CharField(max_length=LONGEST_VERSION, blank=True)
    title = models.CharField(max_length=250, blank=True)
    intake = models.CharField(max_length=100, blank=True)
    definition = models.BinaryField(help_text="As it was given: a spreadsheet, a Markdown table, or an XForm.")
    xform = models.TextField(help_text="The XForm that phones fetch.")
    md5 = models.CharField(max_length=32, help_text="Of the XForm; phones fetch it again when it changes.")
    sha256 = models.CharField(max_length=64, help_text="Of the XForm.")
    draft_key = models.CharField(max_length=64, blank=True, db_index=True, help_text="Opens a draft to phones.")
    made_by = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True, help_text="Empty: a draft.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["form", "version"],
                name="collect_one_form_a_version",
                condition=models.Q(published_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["form"], name="collect_one_draft", condition=models.Q(published_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.version}"


class FormFile(models.Model):
    """A file that a version of a form asks for: a picture, or a list of choices. Without a hash it is still missing."""

    class Kind(models.TextChoices):
        """What it is for."""

        IMAGE = "image"
        AUDIO = "audio"
        VIDEO = "video"
        FILE = "file"

    version = models.ForeignKey(FormVersion, models.CASCADE, related_name="files")
    name = models.CharField(max_length=LONGEST_FILE_NAME)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.FILE)
    sha256 = models.CharField(max_length=64, blank=True)
    md5 = models.CharField(max_length=32, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    updated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="collect_one_form_file_a_name")]

    def __str__(self) -> str:
        return self.name
