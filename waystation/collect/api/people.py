"""Sessions, users, roles and who holds them, as programs of ODK Central ask for them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, JsonResponse
from django.utils.timezone import now
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from waystation.access import actions, queries
from waystation.access.problems import NoSuchRole
from waystation.access.rules import new_key, new_password

from ..problems import NotForForms
from ..queries import form_in, project_numbered
from .rest import DONE, actor_told, in_full, moment, number, said, text, word

if TYPE_CHECKING:
    from waystation.access.models import Actor, Grant

SESSION = timedelta(hours=24)

ROLES = (
    (1, "admin", "administrator", "Administrator"),
    (2, "app-user", "app-user", "App User"),
    (5, "manager", "manager", "Project Manager"),
    (6, "viewer", "viewer", "Project Viewer"),
    (8, "formfill", "formfill", "Data Collector"),
    (9, "pub-link", "pub-link", "Public Link"),
)
"""Number and name of a role as these programs know it, its name here, and what people call it."""


@csrf_exempt
@require_POST
def sessions(request: HttpRequest) -> JsonResponse:
    """Let a program in for a day."""
    body = said(request)
    by = queries.actor_with_password(word(body, "email"), word(body, "password"))
    key = new_key()
    session = actions.open_session(by=by, key=key, expires_at=now() + SESSION)
    told = {"createdAt": moment(session.made_at), "expiresAt": moment(session.expires_at)}
    return JsonResponse({"token": key, "csrf": new_key(), **told})


def session(by: Actor, request: HttpRequest) -> dict[str, Any]:
    """Since when and until when the key that is shown lets its holder in."""
    held = queries.key_held(by, request.headers.get("Authorization", "").partition(" ")[2].strip())
    return {"createdAt": moment(held.made_at), "expiresAt": moment(held.expires_at)}


def end_session(by: Actor, request: HttpRequest, *, token: str = "") -> dict[str, Any]:
    """Shut a key out: one's own, or that of a phone or a link that one manages."""
    key = token or request.headers.get("Authorization", "").partition(" ")[2].strip()
    holder = queries.holder_of(key)
    if holder is not None and holder.pk != by.pk:
        actions.revoke_key(by=by, actor=holder, key=key)
    else:
        actions.close_session(by=by, key=key)
    return DONE


def user_told(actor: Actor) -> dict[str, Any]:
    """A person with the name that they sign in with."""
    return {**actor_told(actor), "type": "user", "email": actor.username, "lastLoginAt": None}


def users(by: Actor, request: HttpRequest) -> list[dict[str, Any]]:
    """The people that an actor may manage, perhaps those of a name."""
    return [user_told(actor) for actor in queries.people(by, search=request.GET.get("q", ""))]


def add_user(by: Actor, request: HttpRequest) -> dict[str, Any]:
    """Make a person known."""
    body = said(request)
    email = word(body, "email")
    password = text(body, "password") or new_password()
    actor = actions.add_actor(by=by, username=email, name=text(body, "displayName") or email, password=password)
    return user_told(actor)


def user(by: Actor, request: HttpRequest, *, person: str) -> dict[str, Any]:
    """One person; `current` is who asks."""
    if person == "current":
        verbs = sorted({verb for verbs, _scope in queries.held_by(by) for verb in verbs})
        return {**user_told(by), **({"verbs": verbs} if in_full(request) else {})}
    return user_told(queries.person_numbered(by, person))


def change_user(by: Actor, request: HttpRequest, *, person: str) -> dict[str, Any]:
    """Correct how somebody is called."""
    body = said(request)
    actor = queries.person_numbered(by, person)
    name, email = text(body, "displayName") or "", text(body, "email") or ""
    return user_told(actions.rename(by=by, actor=actor, name=name, username=email))


def close_user(by: Actor, request: HttpRequest, *, person: str) -> dict[str, Any]:
    """Let somebody do nothing any more."""
    actions.close_account(by=by, actor=queries.person_numbered(by, person))
    return DONE


def set_password(by: Actor, request: HttpRequest, *, person: str) -> dict[str, Any]:
    """Choose another password: one's own by showing the old one, somebody else's by right."""
    body = said(request)
    if str(by.pk) == person:
        queries.actor_with_password(by.username, word(body, "old"))
        actions.change_password(by=by, password=word(body, "new"))
    else:
        actions.reset_password(by=by, actor=queries.person_numbered(by, person), password=word(body, "new"))
    return DONE


def roles(by: Actor, request: HttpRequest) -> list[dict[str, Any]]:
    """All roles that these programs know."""
    return [_role_told(*role) for role in ROLES]


def role(by: Actor, request: HttpRequest, *, role: str) -> dict[str, Any]:
    """One of them, by number or name."""
    return _role_told(*_role(role))


def _role(word: str) -> tuple[int, str, str, str]:
    found = next((role for role in ROLES if word in (str(role[0]), role[1])), None)
    if found is None:
        raise NoSuchRole(role=word, known=", ".join(role[1] for role in ROLES))
    return found


def _role_told(number: int, system: str, name: str, title: str) -> dict[str, Any]:
    verbs = queries.role_called(name).verbs
    return {"id": number, "system": system, "name": title, "verbs": verbs, "createdAt": None, "updatedAt": None}


def _told(grant: Grant) -> dict[str, Any]:
    number = next((role[0] for role in ROLES if role[2] == grant.role.name), None)
    return {"actorId": grant.actor_id, "roleId": number}


def _scope(by: Actor, project: int | None, form_id: str | None) -> str:
    if project is None:
        return "/"
    if form_id is None:
        return project_numbered(by, project).scope
    form = form_in(by, project, form_id)
    if form.scope == form.project.scope:
        raise NotForForms(form=form_id)
    return form.scope


def assignments(
    by: Actor, request: HttpRequest, *, project: int | None = None, form_id: str | None = None, role: str = ""
) -> list[dict[str, Any]]:
    """Who holds which role over everything, over a project, or over a form."""
    held = queries.grants(by, _scope(by, project, form_id), role=_role(role)[2] if role else "")
    if role:
        return [actor_told(grant.actor) for grant in held]
    return [{**_told(grant), **({"actor": actor_told(grant.actor)} if in_full(request) else {})} for grant in held]


def assign(
    by: Actor, request: HttpRequest, *, role: str, actor: int, project: int | None = None, form_id: str | None = None
) -> dict[str, Any]:
    """Let somebody hold a role."""
    holder, given = queries.actor_numbered(by, actor), queries.role_called(_role(role)[2])
    actions.grant(by=by, actor=holder, role=given, scope=_scope(by, project, form_id))
    return DONE


def unassign(
    by: Actor, request: HttpRequest, *, role: str, actor: int, project: int | None = None, form_id: str | None = None
) -> dict[str, Any]:
    """Take a role away."""
    holder, taken = queries.actor_numbered(by, actor), queries.role_called(_role(role)[2])
    actions.withdraw(by=by, actor=holder, role=taken, scope=_scope(by, project, form_id))
    return DONE


def audits(by: Actor, request: HttpRequest) -> list[dict[str, Any]]:
    """The audit log, newest first."""
    start, most = number(request, "offset", 0), min(number(request, "limit", 100), 1000)
    found = queries.entries(by)[start : start + most]
    return [
        {
            "actorId": entry.actor_id,
            "action": entry.verb,
            "acteeId": entry.scope,
            "details": json.loads(json.dumps(entry.refs)),
            "loggedAt": moment(entry.at),
        }
        for entry in found
    ]
