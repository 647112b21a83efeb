"""Phones of a project, the devices behind them, and public links."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.utils.timezone import now

from waystation.access.models import Actor, Grant, Key
from waystation.access.problems import NobodyByThatName
from waystation.access.queries import actor_with_key, inside
from waystation.access.rules import ancestors, derived_key

from ..models import Device, Form, FormVersion, Project, PublicLink, Submission
from ..problems import NoSuchLink
from .forms import open_versions


def app_users(project: Project) -> QuerySet[Actor]:
    """The phones of a project that are not shut out for good, the newest first, with their keys."""
    phones = Actor.objects.filter(kind=Actor.Kind.PHONE, scope=project.scope, is_active=True)
    return phones.prefetch_related("keys").order_by("-pk")


def app_user(project: Project, number: int) -> Actor:
    """One of them, by number. Nobody of another project, and nothing but a phone. Raises NobodyByThatName."""
    found = app_users(project).filter(pk=number).first()
    if found is None:
        raise NobodyByThatName(name=number)
    return found


def key_of(actor: Actor) -> Key | None:
    """The key of an actor that can be shown and opens something still."""
    keys = (one for one in actor.keys.all() if one.nth and not one.revoked_at)
    return next((one for one in keys if not one.expires_at or one.expires_at > now()), None)


def token_of(actor: Actor) -> str | None:
    """What stands in the address of a phone or a link; None where it opens nothing any more."""
    held = key_of(actor)
    return derived_key(settings.SECRET_KEY, actor.pk, held.nth) if held and held.nth and actor.is_active else None


def last_sent(actors: Collection[Actor]) -> dict[int, datetime]:
    """When each of some senders last sent something, by number; who never did is left out."""
    rows = Submission.objects.filter(actor__in=actors).order_by().values_list("actor").annotate(Max("received_at"))
    return dict(rows)


def devices(project: Project, *, search: str = "") -> QuerySet[Device]:
    """The devices that sent something to a project, the latest first; perhaps those of a name or of somebody."""
    found = Device.objects.filter(project=project).select_related("actor").order_by("-last_at", "-pk")
    return found.filter(actor__name__icontains=search) | found.filter(name__icontains=search) if search else found


def links_of(form: Form) -> QuerySet[PublicLink]:
    """The public links of a form, the newest first."""
    return PublicLink.objects.filter(form=form).select_related("actor", "made_by").order_by("-pk")


def link_numbered(form: Form, number: int) -> PublicLink:
    """One of them, by the number of its account. Raises NoSuchLink."""
    found = links_of(form).filter(actor=number).first()
    if found is None:
        raise NoSuchLink
    return found


def link_with_key(key: str) -> tuple[PublicLink, FormVersion]:
    """What a public link opens: the latest version of its form. Raises KeyNotValid, NoSuchLink."""
    by = actor_with_key(key)
    link = PublicLink.objects.select_related("form", "actor").filter(actor=by).first()
    if link is None:
        raise NoSuchLink
    version = open_versions(by, project=link.form.project_id).first()
    if version is None:
        raise NoSuchLink
    return link, version


def submitters_known(form: Form) -> QuerySet[Actor]:
    """Who may have sent something for a form: those who hold a right in its place, without a look at submissions."""
    around = ancestors(form.scope)
    senders = Grant.objects.filter(Q(scope__in=around) | inside(form.scope)).values("actor")
    return Actor.objects.filter(pk__in=senders).order_by("name", "pk")
