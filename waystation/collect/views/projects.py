"""Pages of a project: its forms, its phones with their codes, its entity lists."""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

import segno
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from waystation.access import actions as access
from waystation.access.queries import check_may, may, pin_of, signed_in
from waystation.kernel.problems import Problem

from .. import actions, forms, queries
from ..rules import packed, phone_settings

if TYPE_CHECKING:
    from waystation.access.models import Actor

    from ..models import Project

SHOWS_KEYS = "access.give_shown_key"
A_PAGE = 50
CODES_A_PAGE = 12
MODULE = 3  # pixels of one dot of a code


def code_of(said: dict[str, Any], error: str = "l") -> str:
    """Settings of a phone as a QR code: a drawing to put into a page."""
    drawn = io.BytesIO()
    made = segno.make(packed(said), error=error, boost_error=False, micro=False)
    made.save(drawn, kind="svg", scale=MODULE, border=4, light="#ffffff", xmldecl=False, omitsize=True)
    return drawn.getvalue().decode()


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """The projects that the reader may see."""
    page = Paginator(queries.projects(signed_in(request)), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "collect/projects.html", {"page": page})


@require_safe
def project(request: HttpRequest, project: int) -> HttpResponse:
    """One project: its forms and its entity lists."""
    by = signed_in(request)
    found = queries.project_numbered(by, project)
    page = Paginator(queries.forms_in(by, found), A_PAGE).get_page(request.GET.get("page"))
    versions = queries.versions_that_count(list(page))
    lists = [(one, queries.list_tally(by, one)) for one in queries.entity_lists(by, found)]
    context = {
        "project": found,
        "page": page,
        "forms": [(form, versions.get(form.pk)) for form in page],
        "lists": lists,
        "shows_keys": may(by, SHOWS_KEYS, found.scope),
    }
    return render(request, "collect/project.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def phones(request: HttpRequest, project: int) -> HttpResponse:
    """The phones of a project with the codes that set them up, and the devices that were seen."""
    by = signed_in(request)
    found = queries.project_numbered(by, project)
    check_may(by, SHOWS_KEYS, found.scope)
    asked = forms.NewPhones(request.POST or None)
    if request.method == "POST" and asked.is_valid():
        try:
            made = _made(by, found, asked.cleaned_data)
        except Problem as problem:
            forms.said_at(asked, "names", problem)
        else:
            said = ngettext("One phone is ready to be set up.", "%(count)s phones are ready to be set up.", len(made))
            messages.success(request, said % {"count": len(made)})
            return redirect("collect:phones", found.pk)
    page = Paginator(queries.app_users(found), CODES_A_PAGE).get_page(request.GET.get("page"))
    last = queries.last_sent(list(page))
    devices = Paginator(queries.devices(found), A_PAGE).get_page(request.GET.get("devices"))
    lines = [{**_phone(request, found, one), "last": last.get(one.pk)} for one in page]
    context = {"project": found, "page": page, "lines": lines, "devices": devices, "asked": asked}
    return render(request, "collect/phones.html", context)


def _made(by: Actor, project: Project, said: dict[str, Any]) -> list[Actor]:
    """Phones by their names, which may send every form of the project; all of them or none."""
    until = datetime.combine(said["until"], time.max, UTC) if said["until"] else None
    with transaction.atomic():
        made = [
            access.add_actor(
                by=by, username=f"phone-{secrets.token_hex(6)}", name=name, kind="phone", scope=project.scope
            )
            for name in said["names"]
        ]
        for phone in made:
            if said["pin"]:
                access.give_pin(by=by, actor=phone)
            else:
                access.give_shown_key(by=by, actor=phone, secret=settings.SECRET_KEY, expires_at=until)
        actions.assign_project(by=by, project=project, actors=made)
    return made


def _phone(request: HttpRequest, project: Project, phone: Actor) -> dict[str, Any]:
    """A phone as its page shows it: its code, and the PIN that is typed in."""
    token = queries.token_of(phone)
    path = f"/v1/key/{token}/projects/{project.pk}" if token else f"/v1/projects/{project.pk}"
    said = phone_settings(request.build_absolute_uri(path), name=project.name, username="" if token else phone.username)
    return {"phone": phone, "code": code_of(said) if token or phone.pin_nth else "", "pin": pin_of(phone)}


@require_POST
def shut_out(request: HttpRequest, project: int, actor: int) -> HttpResponse:
    """Let a phone do nothing any more."""
    by = signed_in(request)
    found = queries.project_numbered(by, project)
    check_may(by, SHOWS_KEYS, found.scope)
    phone = queries.app_user(found, actor)
    access.revoke_keys(by=by, actor=phone)
    access.close_account(by=by, actor=phone)
    messages.success(request, gettext("%(phone)s can send nothing any more.") % {"phone": phone.name})
    return redirect("collect:phones", found.pk)


@require_safe
def entity_list(request: HttpRequest, project: int, name: str) -> HttpResponse:
    """One entity list: what is in it, those in conflict first where that is asked for."""
    by = signed_in(request)
    found = queries.entity_list(by, project, name)
    chosen = forms.ChosenEntities(request.GET)
    rows = queries.entities_chosen(queries.entities(by, found), **chosen.asked)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    properties = [one.name for one in queries.properties_of(found)]
    context = {
        "project": found.project,
        "list": found,
        "tally": queries.list_tally(by, found),
        "feeding": [form for form, _properties in queries.forms_feeding(found)],
        "carrying": queries.forms_carrying(found),
        "properties": properties,
        "page": page,
        "lines": [(one, [(name, one.values.get(name, "")) for name in properties]) for one in page],
        "chosen": chosen,
        "filtered": bool(chosen.asked),
    }
    return render(request, "collect/entity_list.html", context)


@require_safe
def entity(request: HttpRequest, project: int, name: str, uuid: str) -> HttpResponse:
    """One entity: what it says now, and every change that made it so."""
    by = signed_in(request)
    found = queries.entity(by, queries.entity_list(by, project, name), uuid)
    versions = list(queries.versions_of(found))
    changes = [(one, _changed(before, one)) for before, one in zip([None, *versions], versions, strict=False)]
    context = {
        "project": found.list.project,
        "list": found.list,
        "entity": found,
        "values": [(one.name, found.values.get(one.name, "")) for one in queries.properties_of(found.list)],
        "changes": changes[::-1],
        "may_settle": may(by, "collect.settle_conflict", found.scope),
        "may_close": may(by, "collect.close_entities", found.scope),
    }
    return render(request, "collect/entity.html", context)


def _changed(before: Any, after: Any) -> list[tuple[str, str, str]]:
    """What a version changed: property, before, after."""
    old = {"label": before.label, **before.values} if before else {}
    new = {"label": after.label, **after.values}
    return [(name, old.get(name, ""), word) for name, word in new.items() if word != old.get(name, "")]


ACTS: dict[str, Callable[..., Any]] = {
    "settle": lambda by, one: actions.settle_conflict(by=by, entity=one),
    "close": lambda by, one: actions.close_entities(by=by, entities=[one]),
    "reopen": lambda by, one: actions.reopen_entities(by=by, entities=[one]),
}
"""What the buttons of an entity's page do."""


@require_POST
def act_on_entity(request: HttpRequest, project: int, name: str, uuid: str) -> HttpResponse:
    """Settle a conflict, close an entity, or open it again."""
    by = signed_in(request)
    found = queries.entity(by, queries.entity_list(by, project, name), uuid)
    act = ACTS.get(request.POST.get("act", ""))
    if act is not None:
        act(by, found)
    return redirect("collect:entity", project, name, uuid)
