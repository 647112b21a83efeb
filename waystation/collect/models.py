"""Forms in their versions; submissions as they arrived, never altered; the files that came with them."""

from __future__ import annotations

from django.db import models

from waystation.access.models import Actor, ScopeField

LONGEST_INSTANCE, LONGEST_VERSION, LONGEST_FILE_NAME = 160, 100, 255


class Form(models.Model):
    """One form that phones can fetch, in all its versions."""

    known_by = "form_id"

    form_id = models.CharField(max_length=100, unique=True)
    title = models.CharField(max_length=250)
    intake = models.CharField(max_length=100, blank=True, help_text="Who takes the answers; empty: only collected.")
    is_open = models.BooleanField(default=True)
    scope = ScopeField(default="/")

    def __str__(self) -> str:
        return self.form_id


class FormVersion(models.Model):
    """A form as it was on one day. Never altered: answers of every version stay readable."""

    form = models.ForeignKey(Form, models.PROTECT, related_name="versions")
    version = models.CharField(max_length=LONGEST_VERSION)
    definition = models.BinaryField(help_text="The XLSForm as it was given: a spreadsheet, or a Markdown table.")
    xform = models.TextField(help_text="The XForm that phones fetch.")
    md5 = models.CharField(max_length=32, help_text="Of the XForm; phones fetch it again when it changes.")
    published_by = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "version"], name="collect_one_form_a_version")]

    def __str__(self) -> str:
        return f"{self.form} {self.version}"


class Submission(models.Model):
    """One filled form or sheet, kept word for word."""

    known_by = "instance"

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting"
        FILED = "filed"
        HELD = "held"
        SET_ASIDE = "set_aside"
        RIVAL = "rival", "other content under a known id"

    instance = models.CharField(max_length=LONGEST_INSTANCE, db_index=True)
    form = models.ForeignKey(Form, models.PROTECT, related_name="submissions")
    version = models.CharField(max_length=LONGEST_VERSION)
    body = models.BinaryField(help_text="The XML as it was sent; empty for a sheet, which is an attachment.")
    sha256 = models.CharField(max_length=64)
    mapping = models.JSONField(null=True, help_text="How a sheet's columns answer the form's questions.")
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    scope = ScopeField(db_index=True, help_text="The smallest place that covers where its sender may send from.")
    received_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    problem = models.JSONField(null=True, help_text="Why it is held: a problem as stored.")
    warnings = models.JSONField(default=list, help_text="Doubts that stopped nothing: problems as stored, with places.")
    records = models.PositiveIntegerField(default=0, help_text="How many records were made of it.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["instance"],
                name="collect_one_instance",
                condition=models.Q(state__in=["waiting", "filed", "held"]),
            ),
            models.UniqueConstraint(fields=["instance", "sha256"], name="collect_one_content"),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="collect_tray")]

    def __str__(self) -> str:
        return self.instance

    @property
    def constants(self) -> dict[str, str]:
        """What the mapping of a sheet says of every row."""
        return dict((self.mapping or {}).get("constants", {}))


class Attachment(models.Model):
    """A file that came with a submission. Its bytes lie in the folder of files, under their hash."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=LONGEST_FILE_NAME)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "name"], name="collect_one_file_a_name")]

    def __str__(self) -> str:
        return self.name


class Correction(models.Model):
    """One answer mended in the tray. The submission stays as sent; this is laid over it when it is filed."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="corrections")
    question = models.CharField(max_length=200)
    answer = models.TextField()
    corrected_by = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    corrected_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.question
