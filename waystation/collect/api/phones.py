"""Phones of a project: their keys, PINs and QR codes, the devices behind them; and public links."""

from __future__ import annotations

import io
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any

import segno
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.timezone import now

from waystation.access import actions as access
from waystation.access.queries import check_may, pin_of

from .. import actions, queries
from ..problems import NoDraft, WrongWord
from ..rules import draft_settings, packed, phone_settings
from .rest import DONE, actor_told, in_full, moment, number, said, truth, word

if TYPE_CHECKING:
    from waystation.access.models import Actor

    from ..models import Project, PublicLink

SHOWS_KEYS = "access.give_shown_key"
MOST_AT_ONCE = 1_000
MODULE, BORDER = 6, 4  # pixels of one dot of a PNG, dots around the code


def app_user_told(actor: Actor, project: int, last: datetime | None = None) -> dict[str, Any]:
    """A phone with its key, or with its name and PIN, which can be shown as long as they open anything."""
    held = queries.key_of(actor)
    told = {
        **actor_told(actor),
        "projectId": project,
        "token": queries.token_of(actor),
        "expiresAt": moment(held.expires_at) if held else None,
        "lastUsed": moment(last),
    }
    return {**told, "username": actor.username, "pin": pin_of(actor)} if actor.pin_nth else told


def app_users(by: Actor, request: HttpRequest, *, project: int) -> list[dict[str, Any]]:
    """The phones of a project."""
    found = queries.project_numbered(by, project)
    check_may(by, SHOWS_KEYS, found.scope)
    phones = list(queries.app_users(found))
    last = queries.last_sent(phones)
    return [app_user_told(actor, project, last.get(actor.pk)) for actor in phones]


def add_app_user(by: Actor, request: HttpRequest, *, project: int) -> dict[str, Any]:
    """Make a phone known, with a key of its own, or a PIN. It may send nothing until a form is assigned to it."""
    found = queries.project_numbered(by, project)
    body = said(request)
    return app_user_told(_made(by, found, word(body, "displayName"), body), project)


def add_app_users(by: Actor, request: HttpRequest, *, project: int) -> list[dict[str, Any]]:
    """Make many phones known at once, all of them or none: {"displayNames": [...], "forms": [...]}."""
    found = queries.project_numbered(by, project)
    body = said(request)
    names = body.get("displayNames")
    if not isinstance(names, list) or not 0 < len(names) <= MOST_AT_ONCE:
        raise WrongWord(name="displayNames", word=str(names)[:80])
    if not isinstance(body.get("forms", []), list):
        raise WrongWord(name="forms", word=str(body["forms"])[:80])
    forms = [queries.form_in(by, project, str(one)) for one in body.get("forms", ())]
    with transaction.atomic():
        made = [_made(by, found, word({"displayName": one}, "displayName"), body) for one in names]
        actions.assign_forms(by=by, actors=made, forms=forms)
    return [app_user_told(actor, project) for actor in made]


def _made(by: Actor, project: Project, name: str, body: dict[str, Any]) -> Actor:
    phone = access.add_actor(
        by=by, username=f"phone-{secrets.token_hex(6)}", name=name, kind="phone", scope=project.scope
    )
    if truth(body, "pin"):
        return access.give_pin(by=by, actor=phone)
    access.give_shown_key(by=by, actor=phone, secret=settings.SECRET_KEY, expires_at=_moment(body, "expiresAt"))
    return phone


def _moment(body: dict[str, Any], name: str) -> datetime | None:
    given = body.get(name)
    if given is None:
        return None
    try:
        found = datetime.fromisoformat(given)
    except (TypeError, ValueError) as error:
        raise WrongWord(name=name, word=str(given)[:80]) from error
    return found if found.tzinfo else found.replace(tzinfo=now().tzinfo)


def _phone(by: Actor, project: int, actor: int) -> tuple[Project, Actor]:
    found = queries.project_numbered(by, project)
    check_may(by, SHOWS_KEYS, found.scope)
    return found, queries.app_user(found, actor)


def delete_app_user(by: Actor, request: HttpRequest, *, project: int, actor: int) -> dict[str, Any]:
    """Shut a phone out, at once and for good."""
    _project, phone = _phone(by, project, actor)
    access.revoke_keys(by=by, actor=phone)
    access.close_account(by=by, actor=phone)
    return DONE


def give_pin(by: Actor, request: HttpRequest, *, project: int, actor: int) -> dict[str, Any]:
    """Let a phone ask for a fresh PIN from now on, and shut out its keys."""
    _project, phone = _phone(by, project, actor)
    access.revoke_keys(by=by, actor=phone)
    return app_user_told(access.give_pin(by=by, actor=phone), project)


def app_user_qr(by: Actor, request: HttpRequest, *, project: int, actor: int, kind: str) -> HttpResponseBase:
    """The QR code that sets a phone up: png, svg, or json for what it says. A PIN is not in it: it is typed in."""
    found, phone = _phone(by, project, actor)
    token = queries.token_of(phone)
    if token is None and not phone.pin_nth:
        raise WrongWord(name="token", word="–")
    path = f"/v1/key/{token}/projects/{found.pk}" if token else f"/v1/projects/{found.pk}"
    name = "" if token else phone.username
    return qr(phone_settings(request.build_absolute_uri(path), name=found.name, username=name), kind, error="l")


def draft_qr(by: Actor, request: HttpRequest, *, project: int, form_id: str, kind: str) -> HttpResponseBase:
    """The QR code with which a phone tries a draft out."""
    form = queries.form_in(by, project, form_id)
    check_may(by, "collect.draft_form", form.scope)
    draft = queries.draft_of(form)
    if draft is None:
        raise NoDraft(form=form_id)
    address = request.build_absolute_uri(f"/v1/test/{draft.draft_key}/projects/{project}/forms/{form_id}/draft")
    return qr(draft_settings(address, name=draft.title or form_id), kind, error="q")


def qr(settings_of_phone: dict[str, Any], kind: str, *, error: str) -> HttpResponseBase:
    """Settings of a phone as a QR code, with as much correction as Central gives it."""
    if kind == "json":
        return JsonResponse(settings_of_phone)
    if kind not in ("png", "svg"):
        raise WrongWord(name="qr", word=kind)
    drawn = io.BytesIO()
    segno.make(packed(settings_of_phone), error=error, boost_error=False, micro=False).save(
        drawn, kind=kind, scale=MODULE, border=BORDER, light="#ffffff"
    )
    media = {"png": "image/png", "svg": "image/svg+xml"}[kind]
    return HttpResponse(drawn.getvalue(), content_type=media, headers={"Cache-Control": "no-store"})


def devices(by: Actor, request: HttpRequest, *, project: int) -> list[dict[str, Any]]:
    """The devices that sent something to a project, the latest first."""
    found = queries.project_numbered(by, project)
    check_may(by, "access.see", found.scope)
    start, most = number(request, "offset", 0), min(number(request, "limit", 250), 1_000)
    return [
        {
            "deviceId": one.name,
            "userAgent": one.agent,
            "actorId": one.actor_id,
            "displayName": one.actor.name,
            "firstSeenAt": moment(one.first_at),
            "lastSeenAt": moment(one.last_at),
            "submissions": one.submissions,
        }
        for one in queries.devices(found, search=request.GET.get("q", ""))[start : start + most]
    ]


def link_told(link: PublicLink) -> dict[str, Any]:
    """A public link with its key, as long as it opens anything."""
    held = queries.key_of(link.actor)
    return {
        **actor_told(link.actor),
        "type": "public_link",
        "formId": link.form_id,
        "once": link.once,
        "token": None if link.once and link.taken else queries.token_of(link.actor),
        "expiresAt": moment(held.expires_at) if held else None,
        "createdBy": link.made_by_id,
    }


def returned(by: Actor, request: HttpRequest, *, project: int) -> list[dict[str, Any]]:
    """What the caller sent and somebody rejected, with what was said to it last."""
    return [
        {
            "xmlFormId": one.form.form_id,
            "instanceId": one.instance,
            "currentInstanceId": one.current or one.instance,
            "instanceName": one.instance_name or None,
            "comment": said_to_it or None,
            "returnedAt": moment(one.updated_at),
        }
        for one, said_to_it in queries.returned_to(by, project=project)
    ]


def links(by: Actor, request: HttpRequest, *, project: int, form_id: str) -> list[dict[str, Any]]:
    """The public links of a form, the newest first."""
    form = queries.form_in(by, project, form_id)
    check_may(by, "collect.open_link", form.scope)
    found = queries.links_of(form).prefetch_related("actor__keys")
    return [{**link_told(one), **({"createdBy": actor_told(one.made_by)} if in_full(request) else {})} for one in found]


def add_link(by: Actor, request: HttpRequest, *, project: int, form_id: str) -> dict[str, Any]:
    """Let anybody who has a link fill in a form."""
    form = queries.form_in(by, project, form_id)
    body = said(request)
    made = actions.open_link(
        by=by,
        form=form,
        name=word(body, "displayName"),
        once=truth(body, "once") or False,
        expires_at=_moment(body, "expiresAt"),
    )
    return link_told(made)


def delete_link(by: Actor, request: HttpRequest, *, project: int, form_id: str, actor: int) -> dict[str, Any]:
    """Let a link open nothing any more."""
    form = queries.form_in(by, project, form_id)
    actions.close_link(by=by, form=form, link=queries.link_numbered(form, actor))
    return DONE
