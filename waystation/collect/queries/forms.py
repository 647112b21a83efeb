"""Forms, their versions, drafts and files."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from waystation.access.models import Actor
from waystation.access.queries import scopes_of, within
from waystation.access.rules import ancestors

from ..files import path_of
from ..models import Form, FormFile, FormVersion, Project, PublicLink
from ..problems import (
    NoDraft,
    NoSuchFile,
    NoSuchForm,
    NoSuchVersion,
)


def forms(by: Actor) -> QuerySet[Form]:
    """The forms of the places where an actor may see what comes in, and of places around them, with their versions.

    Forms that no phone ever fetched, for only sheets bring their answers, are left out.
    """
    around = [path for scope in scopes_of(by, "collect.see") for path in ancestors(scope)]
    published = FormVersion.objects.exclude(published_at=None)
    versions = published.select_related("published_by").defer("definition", "xform").order_by("-pk")
    return (
        Form.objects.filter(within(by, "collect.see") | Q(scope__in=around), deleted_at=None)
        .filter(Exists(published.filter(form=OuterRef("pk"))))
        .prefetch_related(Prefetch("versions", versions))
        .order_by("title", "pk")
    )


def form_version(by: Actor, number: int) -> FormVersion:
    """One version of a form that an actor may see, whole. Raises NoSuchVersion."""
    version = FormVersion.objects.filter(pk=number, form__in=forms(by)).select_related("form").first()
    if version is None:
        raise NoSuchVersion(version=number)
    return version


def open_versions(by: Actor, *, project: int | None = None) -> QuerySet[FormVersion]:
    """The latest version of every open form of the places where an actor may send, or of places around them.

    Of the first project where none is named.
    """
    numbered = Q(form__project=project) if project else Q(form__project=Subquery(_first_project()))
    published = FormVersion.objects.exclude(published_at=None)
    latest = published.filter(form=OuterRef("form")).order_by("-published_at", "-pk").values("pk")[:1]
    around = [path for scope in scopes_of(by, "collect.receive") for path in ancestors(scope)]
    allowed = within(by, "collect.receive", "form__scope") | Q(form__scope__in=around)
    if by.kind == Actor.Kind.LINK:
        allowed &= Q(form__in=PublicLink.objects.filter(actor=by).values("form"))
    return (
        FormVersion.objects.filter(allowed)
        .prefetch_related("files")
        .filter(numbered, form__state=Form.State.OPEN, form__deleted_at=None, pk=Subquery(latest))
        .select_related("form")
        .order_by("form__form_id")
    )


def _first_project() -> QuerySet[Project, Any]:
    return Project.objects.order_by("pk").values("pk")[:1]


def open_version(by: Actor, form_id: str, *, project: int | None = None) -> FormVersion:
    """The latest version of one open form. Raises NoSuchForm."""
    version = open_versions(by, project=project).filter(form__form_id=form_id).first()
    if version is None:
        raise NoSuchForm(form=form_id)
    return version


def open_form(form_id: str, project: int | None = None) -> Form:
    """A form that takes submissions, by its name. Raises NoSuchForm."""
    form = taking_forms({(project, form_id)}).get((project, form_id))
    if form is None or form.state == Form.State.CLOSED:
        raise NoSuchForm(form=form_id)
    return form


def taking_forms(named: Collection[tuple[int | None, str]]) -> dict[tuple[int | None, str], Form]:
    """Some forms by project and name, in whatever state; where no project is named, the first one's."""
    published = Exists(FormVersion.objects.filter(form=OuterRef("pk")).exclude(published_at=None))
    rows = Form.objects.filter(published, form_id__in={name for _project, name in named}, deleted_at=None)
    found: dict[tuple[int | None, str], Form] = {}
    for form in rows.order_by("-project"):
        found[form.project_id, form.form_id] = form
        found[None, form.form_id] = form
    return found


def first_project() -> Project:
    """The installation's own project."""
    return Project.objects.order_by("pk")[:1].get()


def draft_with_key(key: str, project: int, form_id: str) -> FormVersion:
    """A draft by its own key. Raises NoDraft."""
    drafts = FormVersion.objects.filter(published_at=None, draft_key=key).select_related("form", "made_by")
    named = {"form__form_id": form_id, "form__project": project, "form__deleted_at": None}
    found = drafts.filter(**named).first() if key else None
    if found is None:
        raise NoDraft(form=form_id)
    return found


def form_files(version: FormVersion) -> QuerySet[FormFile]:
    """The files of a version that are there."""
    return version.files.exclude(sha256="").order_by("name")


def form_file(version: FormVersion, name: str) -> tuple[FormFile, Path]:
    """One file of a version, and where it lies. Raises NoSuchFile."""
    found = form_files(version).filter(name=name).first()
    if found is None or not path_of(found.sha256).exists():
        raise NoSuchFile(file=name)
    return found, path_of(found.sha256)


def draft_of(form: Form) -> FormVersion | None:
    """The draft of a form, if it has one."""
    return form.versions.filter(published_at=None).first()


def latest_version(form: Form) -> FormVersion | None:
    """The version that phones fetch, if there is any."""
    return form.versions.exclude(published_at=None).order_by("-published_at", "-pk").first()
