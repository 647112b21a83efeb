"""Projects and their phones, as programs of ODK Central ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from .. import actions, queries
from .rest import DONE, in_full, moment, said, text, truth, word

if TYPE_CHECKING:
    from waystation.access.models import Actor

    from ..models import Project


def project_told(project: Project, *, full: bool = False) -> dict[str, Any]:
    """A project; in full with how many forms and phones it has."""
    told = {
        "id": project.pk,
        "name": project.name,
        "description": project.description or None,
        "archived": project.is_archived or None,
        "keyId": None,
        "createdAt": moment(project.created_at),
        "updatedAt": moment(project.updated_at),
        "deletedAt": moment(project.deleted_at),
    }
    if full:
        told |= {
            "forms": project.forms.filter(deleted_at=None).count(),
            "appUsers": queries.app_users(project).count(),
            "lastSubmission": moment(queries.last_submission(project)),
        }
    return told


def projects(by: Actor, request: HttpRequest) -> list[dict[str, Any]]:
    """The projects that somebody may see."""
    return [project_told(project, full=in_full(request)) for project in queries.projects(by)]


def add_project(by: Actor, request: HttpRequest) -> dict[str, Any]:
    """Begin a project."""
    body = said(request)
    description = text(body, "description") or ""
    return project_told(actions.create_project(by=by, name=word(body, "name"), description=description))


def project(by: Actor, request: HttpRequest, *, project: int) -> dict[str, Any]:
    """One project."""
    return project_told(queries.project_numbered(by, project), full=in_full(request))


def change_project(by: Actor, request: HttpRequest, *, project: int) -> dict[str, Any]:
    """Rename, describe or archive a project."""
    body = said(request)
    changed = actions.change_project(
        by=by,
        project=queries.project_numbered(by, project),
        name=text(body, "name"),
        description=text(body, "description"),
        is_archived=truth(body, "archived"),
    )
    return project_told(changed)


def delete_project(by: Actor, request: HttpRequest, *, project: int) -> dict[str, Any]:
    """Take a project away."""
    actions.delete_project(by=by, project=queries.project_numbered(by, project))
    return DONE
