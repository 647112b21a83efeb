"""Submissions as they arrived, never altered; the files that came with them; what people did about them."""

from __future__ import annotations

from django.db import models

from waystation.access.models import Actor, ScopeField

from .projects import LONGEST_FILE_NAME, LONGEST_VERSION, Form, FormVersion

LONGEST_INSTANCE = 160


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

    class Review(models.TextChoices):
        """What somebody decided about its content; empty: nobody has."""

        EDITED = "edited"
        HAS_ISSUES = "hasIssues", "has issues"
        REJECTED = "rejected"
        APPROVED = "approved"

    instance = models.CharField(max_length=LONGEST_INSTANCE, db_index=True)
    form = models.ForeignKey(Form, models.PROTECT, related_name="submissions")
    draft = models.ForeignKey(FormVersion, models.CASCADE, null=True, related_name="+", help_text="The draft it tries.")
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
    answers = models.TextField(  # noqa: DJ001  (empty is not the same as not yet read)
        null=True, help_text="What it says, as JSON by group and question; empty until it is read."
    )
    instance_name = models.CharField(max_length=LONGEST_FILE_NAME, blank=True)
    device = models.CharField(max_length=LONGEST_FILE_NAME, blank=True, help_text="What the phone calls itself.")
    agent = models.CharField(max_length=LONGEST_FILE_NAME, blank=True, help_text="The program that sent it.")
    review = models.CharField(max_length=10, choices=Review, blank=True)
    current = models.CharField(
        max_length=LONGEST_INSTANCE, blank=True, help_text="The id of the content that counts, once it was edited."
    )
    edited_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+")
    is_listed = models.BooleanField(
        default=True, help_text="Whether tables show it: no sheet, trial or rival, and not deleted."
    )
    edits = models.PositiveIntegerField(default=0)
    fingerprint = models.CharField(max_length=32, blank=True, help_text="Shared by those that say the same.")
    updated_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["instance", "form"],
                name="collect_one_instance",
                condition=models.Q(state__in=["waiting", "filed", "held"], draft__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["instance", "sha256", "form"],
                name="collect_one_content",
                condition=models.Q(draft__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["instance", "draft"], name="collect_one_trial", condition=models.Q(draft__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="collect_tray"),
            models.Index(fields=["form", "-id"], name="collect_listed", condition=models.Q(is_listed=True)),
            models.Index(fields=["current"], name="collect_current", condition=~models.Q(current="")),
            models.Index(
                fields=["form", "fingerprint"], name="collect_same_answers", condition=~models.Q(fingerprint="")
            ),
            # is_listed stands last so that SQLite counts from the index alone, without a look at the long rows.
            models.Index(
                fields=["form", "actor", "-id", "is_listed"], name="collect_senders", condition=models.Q(is_listed=True)
            ),
            models.Index(
                fields=["form", "review", "-id", "is_listed"],
                name="collect_reviews",
                condition=models.Q(is_listed=True),
            ),
        ]

    def __str__(self) -> str:
        return self.instance

    @property
    def constants(self) -> dict[str, str]:
        """What the mapping of a sheet says of every row."""
        return dict((self.mapping or {}).get("constants", {}))


class Edition(models.Model):
    """A content that a submission had before it was edited, word for word."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="editions")
    instance = models.CharField(max_length=LONGEST_INSTANCE)
    version = models.CharField(max_length=LONGEST_VERSION)
    body = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    instance_name = models.CharField(max_length=LONGEST_FILE_NAME, blank=True)
    device = models.CharField(max_length=LONGEST_FILE_NAME, blank=True)
    agent = models.CharField(max_length=LONGEST_FILE_NAME, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "instance"], name="collect_one_edition")]

    def __str__(self) -> str:
        return self.instance


class Comment(models.Model):
    """A remark of one who looked at a submission, such as why it was rejected."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="comments")
    body = models.TextField()
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"comment {self.pk}"


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


class Doubt(models.Model):
    """One thing about a submission that is worth a look, as a row that can be counted; its words stand beside it."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="doubts")
    form = models.ForeignKey(Form, models.CASCADE, related_name="+")
    code = models.CharField(max_length=60)
    place = models.CharField(max_length=200, blank=True, help_text="The question, where it is about one.")

    class Meta:
        indexes = [models.Index(fields=["form", "code", "place", "-submission"], name="collect_doubts")]

    def __str__(self) -> str:
        return self.code


class Correction(models.Model):
    """One answer mended in the tray. The submission stays as sent; this is laid over it when it is filed."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="corrections")
    question = models.CharField(max_length=200)
    answer = models.TextField()
    corrected_by = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    corrected_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.question
