"""Projects and their phones, as programs of ODK Central ask for them."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest

from waystation.access import actions as access
from waystation.access.queries import actor_numbered, check_may
from waystation.access.rules import derived_key

from .. import actions, queries
from .rest import DONE, actor_told, in_full, moment, said, word

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
    description = str(body.get("description") or "")
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
        name=body.get("name"),
        description=body.get("description"),
        is_archived=body.get("archived"),
    )
    return project_told(changed)


def delete_project(by: Actor, request: HttpRequest, *, project: int) -> dict[str, Any]:
    """Take a project away."""
    actions.delete_project(by=by, project=queries.project_numbered(by, project))
    return DONE


def app_user_told(actor: Actor, project: int) -> dict[str, Any]:
    """A phone with its key, which can be shown as long as it opens anything."""
    nth = next((key.nth for key in actor.keys.all() if key.nth and not key.revoked_at), None)
    key = derived_key(settings.SECRET_KEY, actor.pk, nth) if nth and actor.is_active else None
    return {**actor_told(actor), "projectId": project, "token": key, "lastUsed": None}


def app_users(by: Actor, request: HttpRequest, *, project: int) -> list[dict[str, Any]]:
    """The phones of a project."""
    found = queries.project_numbered(by, project)
    check_may(by, "access.give_shown_key", found.scope)
    return [app_user_told(actor, project) for actor in queries.app_users(found)]


def add_app_user(by: Actor, request: HttpRequest, *, project: int) -> dict[str, Any]:
    """Make a phone known, with a key of its own. It may send nothing until a form is assigned to it."""
    found = queries.project_numbered(by, project)
    name = word(said(request), "displayName")
    phone = access.add_actor(
        by=by, username=f"phone-{secrets.token_hex(6)}", name=name, kind="phone", scope=found.scope
    )
    access.give_shown_key(by=by, actor=phone, secret=settings.SECRET_KEY)
    return app_user_told(phone, project)


def delete_app_user(by: Actor, request: HttpRequest, *, project: int, actor: int) -> dict[str, Any]:
    """Shut a phone out, at once and for good."""
    queries.project_numbered(by, project)
    phone = actor_numbered(by, actor)
    access.revoke_keys(by=by, actor=phone)
    access.close_account(by=by, actor=phone)
    return DONE
