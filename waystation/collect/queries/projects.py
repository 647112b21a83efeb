"""Projects with their forms, people and submissions, as programs ask for them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from waystation.access.models import Actor
from waystation.access.queries import may, scopes_of, within
from waystation.access.rules import ancestors

from ..files import path_of
from ..models import Attachment, Form, FormFile, FormVersion, Project, Submission
from ..problems import NoSuchFile, NoSuchForm, NoSuchInstance, NoSuchProject
from .forms import draft_of, latest_version

SEE = "collect.see"
AUDIT = "audit.csv"
"""The file in which phones note how a form was filled in."""
OWN_PATH = "/project-"
"""What the path of a project begins with that lies in no place."""


def _seen(by: Actor) -> Q:
    """What lies where an actor may see what comes in, or around it; a project's own path lies in no place."""
    places = [scope for scope in scopes_of(by, SEE) if not scope.startswith(OWN_PATH)]
    return within(by, SEE) | Q(scope__in={path for scope in places for path in ancestors(scope)})


def projects(by: Actor) -> QuerySet[Project]:
    """The projects of which an actor may see something."""
    return Project.objects.filter(_seen(by), deleted_at=None).order_by("pk")


def project_numbered(by: Actor, number: int) -> Project:
    """One project. Raises NoSuchProject."""
    found = projects(by).filter(pk=number).first()
    if found is None:
        raise NoSuchProject(project=number)
    return found


def last_submission(project: Project) -> datetime | None:
    """When something was last sent for a form of a project."""
    latest = Submission.objects.filter(form=OuterRef("pk"), is_listed=True).order_by("-pk").values("received_at")[:1]
    forms = Form.objects.filter(project=project, deleted_at=None).annotate(last=Subquery(latest))
    return max(filter(None, forms.values_list("last", flat=True)), default=None)


def forms_in(by: Actor, project: Project, *, deleted: bool = False) -> QuerySet[Form]:
    """The forms of a project, those that were never published too; or those that were deleted."""
    versions = Form.objects.filter(_seen(by), project=project, deleted_at__isnull=not deleted)
    return versions.filter(versions__isnull=False).distinct().order_by("title", "pk")


def form_in(by: Actor, project: int, form_id: str) -> Form:
    """One form of a project. Raises NoSuchProject, NoSuchForm."""
    found = forms_in(by, project_numbered(by, project)).filter(form_id=form_id).select_related("project").first()
    if found is None:
        raise NoSuchForm(form=form_id)
    return found


def submissions_of(
    by: Actor, form: Form, *, draft: FormVersion | None = None, deleted: bool | None = False
) -> QuerySet[Submission]:
    """What was sent for a form, or to try a draft out, the newest first; or what was deleted of it; None for both."""
    found = Submission.objects.filter(form=form)
    if not may(by, SEE, form.scope):  # what is sent for a form lies inside its scope
        found = found.filter(within(by, SEE))
    if draft is not None:
        found = found.filter(draft=draft)
    elif deleted is None:
        found = found.filter(Q(is_listed=True) | Q(deleted_at__isnull=False))
    else:
        found = found.filter(deleted_at__isnull=False) if deleted else found.filter(is_listed=True)
    return found.select_related("actor").order_by("-pk")


def submission_called(by: Actor, form: Form, instance: str, *, draft: FormVersion | None = None) -> Submission:
    """One submission by the id that it was first sent under. Raises NoSuchInstance."""
    found = submissions_of(by, form, draft=draft).filter(instance=instance).select_related("form__project").first()
    if found is None:
        raise NoSuchInstance(instance=instance)
    return found


def deleted_submission(by: Actor, form: Form, instance: str) -> Submission:
    """A submission that was taken away. Raises NoSuchInstance."""
    found = submissions_of(by, form, deleted=True).filter(instance=instance).first()
    if found is None:
        raise NoSuchInstance(instance=instance)
    return found


def submitters_of(found: QuerySet[Submission]) -> QuerySet[Actor]:
    """Everybody who sent some submissions."""
    return Actor.objects.filter(pk__in=found.order_by().values("actor")).order_by("name", "pk")


def file_of(submission: Submission, name: str) -> tuple[Attachment, Path]:
    """One file of a submission, and where it lies. Raises NoSuchFile."""
    found = submission.attachments.filter(name=name).first()
    if found is None or not path_of(found.sha256).exists():
        raise NoSuchFile(file=name)
    return found, path_of(found.sha256)


def files_of_all(found: QuerySet[Submission]) -> Iterator[tuple[str, Path]]:
    """The files of many submissions, as a stream: their names, and where each lies. Audits are merged elsewhere."""
    rows = Attachment.objects.filter(submission__in=found.order_by()).exclude(name=AUDIT)
    for name, sha256 in rows.order_by("submission", "name").values_list("name", "sha256").iterator(1_000):
        if (path := path_of(sha256)).exists():
            yield name, path


def audits_of_all(found: QuerySet[Submission]) -> Iterator[tuple[str, Path]]:
    """What phones noted while forms were filled in, as a stream: the id of each submission, and where its file lies."""
    rows = Attachment.objects.filter(submission__in=found.order_by(), name=AUDIT).order_by("submission")
    for instance, sha256 in rows.values_list("submission__instance", "sha256").iterator(1_000):
        if (path := path_of(sha256)).exists():
            yield instance, path


def deleted_form(by: Actor, project: int, number: int) -> Form:
    """A form that was taken away. Raises NoSuchForm."""
    found = forms_in(by, project_numbered(by, project), deleted=True).filter(pk=number).first()
    if found is None:
        raise NoSuchForm(form=number)
    return found


def versions_that_count(forms: Collection[Form]) -> dict[int, FormVersion]:
    """Of each form the latest published version, else its draft."""
    rows = FormVersion.objects.filter(form__in=forms).select_related("made_by")
    ordered = rows.order_by(F("published_at").asc(nulls_first=True), "pk").defer("definition")
    return {version.form_id: version for version in ordered}


def version_that_counts(form: Form) -> FormVersion:
    """The latest published version of a form, else its draft. Raises NoSuchForm."""
    found = latest_version(form) or draft_of(form)
    if found is None:
        raise NoSuchForm(form=form.form_id)
    return found


def published_versions(form: Form) -> QuerySet[FormVersion]:
    """The versions of a form that phones could ever fetch, the newest first."""
    return form.versions.exclude(published_at=None).select_related("made_by").order_by("-published_at", "-pk")


def version_named(form: Form, name: str) -> FormVersion:
    """One published version; `___` stands for one without a name. Raises NoSuchForm."""
    found = published_versions(form).filter(version="" if name == "___" else name).first()
    if found is None:
        raise NoSuchForm(form=f"{form.form_id} {name}")
    return found


def files_asked_for(version: FormVersion) -> QuerySet[FormFile]:
    """The files that a version asks for, those that are missing too."""
    return version.files.order_by("name")


@dataclass(frozen=True, slots=True)
class Tally:
    """How much came in for a form."""

    submissions: int
    last: datetime | None
    reviews: dict[str, int]


def tally_of(form: Form) -> Tally:
    """How much came in for a form, when last, and what was decided about it."""
    rows = Submission.objects.filter(form=form, is_listed=True)
    counted = dict(rows.order_by().values_list("review").annotate(Count("pk")))  # from an index alone
    last = rows.order_by("-pk").values_list("received_at", flat=True).first()
    states = {"received": "", "hasIssues": "hasIssues", "edited": "edited"}
    return Tally(sum(counted.values()), last, {name: counted.get(review, 0) for name, review in states.items()})
