"""Public links, and the devices that were seen."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import F

from waystation.access import actions as access
from waystation.access.action import action
from waystation.access.models import Actor
from waystation.access.queries import role_called
from waystation.kernel.problems import Problem

from ..models import Device, Form, Project, PublicLink, Submission
from ..problems import LinkUsed, NotThatForm, OtherContent

LINK_ROLE, PHONE_ROLE = "pub-link", "app-user"


@action(on="form")
def open_link(
    *, by: Actor, form: Form, name: str, once: bool = False, expires_at: datetime | None = None
) -> PublicLink:
    """Let anybody who has a link fill in a form; with `once`, a single time. The link is shown again to who made it."""
    actor = access.add_actor(by=by, username=f"link-{secrets.token_hex(8)}", name=name, kind="link", scope=form.scope)
    access.grant(by=by, actor=actor, role=role_called(LINK_ROLE), scope=form.scope)
    access.give_shown_key(by=by, actor=actor, secret=settings.SECRET_KEY, expires_at=expires_at)
    return PublicLink.objects.create(form=form, actor=actor, once=once, made_by=by)


@action(on="form")
def close_link(*, by: Actor, form: Form, link: PublicLink) -> PublicLink:
    """Let a link open nothing any more. What came by it stays."""
    access.revoke_keys(by=by, actor=link.actor)
    return link


@action(on="forms")
def assign_forms(*, by: Actor, actors: list[Actor], forms: list[Form]) -> list[Actor]:
    """Let phones fetch and send some forms."""
    role = role_called(PHONE_ROLE)
    for actor in actors:
        for form in forms:
            access.grant(by=by, actor=actor, role=role, scope=form.scope)
    return actors


@action(on="project")
def assign_project(*, by: Actor, project: Project, actors: list[Actor]) -> list[Actor]:
    """Let phones fetch and send every form of a project."""
    for actor in actors:
        access.grant(by=by, actor=actor, role=role_called(PHONE_ROLE), scope=project.scope)
    return actors


class Links:
    """The public links of some senders, locked until the transaction ends: each takes one form only, perhaps once."""

    def __init__(self, senders: Iterable[Actor]) -> None:
        numbers = {one.pk for one in senders if one.kind == Actor.Kind.LINK}
        found = PublicLink.objects.select_for_update().filter(actor__in=numbers).order_by("pk") if numbers else ()
        self.by_actor = {link.actor_id: link for link in found}

    def refusal(self, by: Actor, form: Form, instance: str, sha256: str) -> Problem | None:
        """Why a sender may not send this for a form; None where they may. A link for one is used up then.

        Other content under an id that is known is not taken of such a link: it would be used up by what is refused.
        """
        if by.kind != Actor.Kind.LINK:
            return None
        link = self.by_actor.get(by.pk)
        if link is None or link.form_id != form.pk:
            return NotThatForm()
        if link.once and link.taken != sha256:
            if link.taken:
                return LinkUsed()
            known = Submission.objects.filter(form=form, draft=None, instance=instance)
            if known.exclude(sha256=sha256).exists():
                return OtherContent(instance=instance)
            link.taken = sha256
            link.save(update_fields=["taken"])
        return None


def note_devices(submissions: Sequence[Submission]) -> None:
    """Keep which devices some submissions came from."""
    named = [one for one in submissions if one.device and one.draft_id is None]
    counted = Counter((one.form.project_id, one.actor_id, one.device) for one in named)
    latest = {(one.form.project_id, one.actor_id, one.device): one for one in named}
    for (project, actor, name), number in sorted(counted.items()):
        one = latest[project, actor, name]
        seen = Device.objects.filter(project=project, actor=actor, name=name)
        at = one.updated_at or one.received_at
        if not seen.update(last_at=at, agent=one.agent, submissions=F("submissions") + number):
            fresh = {"agent": one.agent, "first_at": at, "last_at": at, "submissions": number}
            Device.objects.get_or_create(project_id=project, actor_id=actor, name=name, defaults=fresh)
