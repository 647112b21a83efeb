"""Projects: forms that belong together, with their own people."""

from __future__ import annotations

from django.utils.timezone import now

from waystation.access.action import action
from waystation.access.models import Actor
from waystation.access.rules import checked_scope

from ..models import Project
from ..problems import ProjectNeedsName, ProjectTaken


@action()
def create_project(*, by: Actor, name: str, description: str = "", scope: str = "") -> Project:
    """Begin a project. Without a scope it gets one of its own, which covers nothing else."""
    _check_name(name)
    project = Project.objects.create(name=name.strip(), description=description, scope=checked_scope(scope or "/"))
    if not scope:
        project.scope = f"/project-{project.pk}"
        project.save(update_fields=["scope"])
    return project


@action(on="project")
def change_project(
    *,
    by: Actor,
    project: Project,
    name: str | None = None,
    description: str | None = None,
    is_archived: bool | None = None,
) -> Project:
    """Rename, describe or archive a project; what is not named stays as it is."""
    if name is not None and name != project.name:
        _check_name(name)
        project.name = name.strip()
    project.description = project.description if description is None else description
    project.is_archived = project.is_archived if is_archived is None else is_archived
    project.updated_at = now()
    project.save(update_fields=["name", "description", "is_archived", "updated_at"])
    return project


@action()
def delete_project(*, by: Actor, project: Project) -> Project:
    """Take a project away from all lists, with its forms. What came in is kept."""
    project.deleted_at = now()
    project.save(update_fields=["deleted_at"])
    return project


def _check_name(name: str) -> None:
    if not name.strip():
        raise ProjectNeedsName
    if Project.objects.filter(name=name.strip()).exists():
        raise ProjectTaken(name=name)
