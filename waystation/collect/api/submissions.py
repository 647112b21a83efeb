"""Submissions with their editions, files, comments and reviews, as programs of ODK Central ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from .. import actions, queries
from ..problems import NoDraft, NoSuchInstance, NotAskedThatWay, OtherContent
from ..rules import read_filled
from ..rules.fields.columns import Meta, Options
from ..writers import Export, formats
from .openrosa import LARGEST_FORM
from .rest import DONE, actor_told, file_sent, in_full, is_true, moment, number, said, text, word

if TYPE_CHECKING:
    from waystation.access.models import Actor

    from ..models import Edition, Form, FormVersion, Submission
    from ..queries import Row

Draft = bool


def _form(by: Actor, project: int, form_id: str, *, draft: Draft) -> tuple[Form, FormVersion | None]:
    """A form, and its draft where that is meant."""
    form = queries.form_in(by, project, form_id)
    version = queries.draft_of(form) if draft else None
    if draft and version is None:
        raise NoDraft(form=form_id)
    return form, version


def _one(by: Actor, project: int, form_id: str, instance: str, *, draft: Draft) -> Submission:
    form, version = _form(by, project, form_id, draft=draft)
    return queries.submission_called(by, form, instance, draft=version)


def submission_told(one: Submission, *, full: bool = False) -> dict[str, Any]:
    """A submission as a whole, and its content that counts."""
    editor = one.edited_by or one.actor
    told: dict[str, Any] = {
        "instanceId": one.instance,
        "submitterId": one.actor_id,
        "instanceName": one.instance_name or None,
        "deviceId": one.device or None,
        "userAgent": one.agent or None,
        "reviewState": one.review or None,
        "createdAt": moment(one.received_at),
        "updatedAt": moment(one.updated_at),
        "currentVersion": {
            "instanceId": one.current or one.instance,
            "instanceName": one.instance_name or None,
            "submitterId": editor.pk,
            "deviceId": one.device or None,
            "userAgent": one.agent or None,
            "createdAt": moment(one.updated_at if one.current else one.received_at),
            "current": True,
        },
    }
    if full:
        told |= {"submitter": actor_told(one.actor), "formVersion": one.version}
        told["currentVersion"]["submitter"] = actor_told(editor)
    return told


def submissions(
    by: Actor, request: HttpRequest, *, project: int, form_id: str, draft: Draft = False
) -> list[dict[str, Any]]:
    """What was sent for a form, the newest first."""
    form, version = _form(by, project, form_id, draft=draft)
    found = queries.submissions_of(by, form, draft=version, deleted=is_true(request, "deleted"))
    start, most = number(request, "offset", 0), number(request, "limit", 0)
    chosen = found.select_related("edited_by").defer("body", "answers")[start : start + most if most else None]
    return [submission_told(one, full=in_full(request)) for one in chosen]


def add_submission(
    by: Actor, request: HttpRequest, *, project: int, form_id: str, draft: Draft = False
) -> dict[str, Any]:
    """Receive one filled form as XML. Its files are sent afterwards, one by one."""
    _form_found, version = _form(by, project, form_id, draft=draft)
    device, agent = request.GET.get("deviceID", ""), request.headers.get("User-Agent", "")
    sent = actions.Sent(by, request.body[: LARGEST_FORM + 1], (), project, version, device, agent)
    kept = actions.receive(sent)
    if kept.state == kept.State.RIVAL:
        raise OtherContent(instance=kept.instance)
    return submission_told(queries.submission_called(by, kept.form, kept.instance, draft=version))


def submission(
    by: Actor, request: HttpRequest, *, project: int, form_id: str, instance: str, draft: Draft = False
) -> dict[str, Any]:
    """One submission."""
    return submission_told(_one(by, project, form_id, instance, draft=draft), full=in_full(request))


def edit_submission(by: Actor, request: HttpRequest, *, project: int, form_id: str, instance: str) -> dict[str, Any]:
    """Let an XML that says which one it corrects take the place of a submission's content."""
    _one(by, project, form_id, instance, draft=False)
    device, agent = request.GET.get("deviceID", ""), request.headers.get("User-Agent", "")
    kept = actions.receive(actions.Sent(by, request.body, (), project, None, device, agent))
    if kept.state == kept.State.RIVAL:
        raise OtherContent(instance=kept.instance)
    return submission_told(_one(by, project, form_id, instance, draft=False))


def review(by: Actor, request: HttpRequest, *, project: int, form_id: str, instance: str) -> dict[str, Any]:
    """Say what a submission is worth."""
    state = text(said(request), "reviewState") or ""
    found = _one(by, project, form_id, instance, draft=False)
    return submission_told(actions.review(by=by, submission=found, state="" if state == "received" else state))


def delete_submission(by: Actor, request: HttpRequest, *, project: int, form_id: str, instance: str) -> dict[str, Any]:
    """Take a submission away."""
    actions.delete(by=by, submission=_one(by, project, form_id, instance, draft=False))
    return DONE


def restore_submission(by: Actor, request: HttpRequest, *, project: int, form_id: str, instance: str) -> dict[str, Any]:
    """Bring a submission back."""
    form = queries.form_in(by, project, form_id)
    actions.restore(by=by, submission=queries.deleted_submission(by, form, instance))
    return DONE


def xml(
    by: Actor, request: HttpRequest, *, project: int, form_id: str, instance: str, draft: Draft = False
) -> HttpResponse:
    """The content that counts, word for word."""
    found = _one(by, project, form_id, instance, draft=draft)
    return HttpResponse(bytes(found.body), content_type="application/xml; charset=utf-8")


def _contents(one: Submission) -> list[dict[str, Any]]:
    """Every content a submission had, the newest first."""
    now = {**submission_told(one)["currentVersion"], "body": bytes(one.body)}
    return [now, *(_edition_told(edition) for edition in one.editions.select_related("actor").order_by("-pk"))]


def _edition_told(edition: Edition) -> dict[str, Any]:
    return {
        "instanceId": edition.instance,
        "instanceName": edition.instance_name or None,
        "submitterId": edition.actor_id,
        "deviceId": edition.device or None,
        "userAgent": edition.agent or None,
        "createdAt": moment(edition.received_at),
        "current": False,
        "body": bytes(edition.body),
    }


def versions(by: Actor, request: HttpRequest, *, project: int, form_id: str, instance: str) -> list[dict[str, Any]]:
    """Every content a submission had."""
    found = _one(by, project, form_id, instance, draft=False)
    return [{name: said for name, said in one.items() if name != "body"} for one in _contents(found)]


def version_xml(
    by: Actor, request: HttpRequest, *, project: int, form_id: str, instance: str, version: str
) -> HttpResponse:
    """One of these contents, word for word."""
    contents = _contents(_one(by, project, form_id, instance, draft=False))
    found = next((one for one in contents if one["instanceId"] == version), None)
    if found is None:
        raise NoSuchInstance(instance=version)
    return HttpResponse(found["body"], content_type="application/xml; charset=utf-8")


def diffs(by: Actor, request: HttpRequest, *, project: int, form_id: str, instance: str) -> dict[str, Any]:
    """What each edit changed, question by question."""
    contents = _contents(_one(by, project, form_id, instance, draft=False))
    told = {}
    for new, old in pairwise(contents):
        told[new["instanceId"]] = list(_changes(read_filled(old["body"]).answers, read_filled(new["body"]).answers))
    return told


def _changes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in [*old, *(name for name in new if name not in old)]:
        before, after = old.get(name), new.get(name)
        if before != after and not name.startswith("meta."):
            yield {"path": name.split("."), "old": before, "new": after}


def comments(by: Actor, request: HttpRequest, *, project: int, form_id: str, instance: str) -> list[dict[str, Any]]:
    """What was said to a submission, the newest first."""
    found = _one(by, project, form_id, instance, draft=False)
    return [
        {"body": one.body, "actorId": one.actor_id, "createdAt": moment(one.made_at), "actor": actor_told(one.actor)}
        for one in found.comments.select_related("actor").order_by("-pk")
    ]


def add_comment(by: Actor, request: HttpRequest, *, project: int, form_id: str, instance: str) -> dict[str, Any]:
    """Say something to a submission."""
    found = _one(by, project, form_id, instance, draft=False)
    made = actions.comment(by=by, submission=found, body=word(said(request), "body"))
    return {"body": made.body, "actorId": made.actor_id, "createdAt": moment(made.made_at)}


def files(
    by: Actor, request: HttpRequest, *, project: int, form_id: str, instance: str, draft: Draft = False
) -> list[dict[str, Any]]:
    """The files of a submission: those that its answers name, and whether they are there."""
    found = _one(by, project, form_id, instance, draft=draft)
    there = set(found.attachments.values_list("name", flat=True))
    return [{"name": name, "exists": name in there} for name in sorted(there | queries.files_named(found))]


def file(
    by: Actor, request: HttpRequest, *, project: int, form_id: str, instance: str, name: str, draft: Draft = False
) -> HttpResponseBase:
    """One file of a submission."""
    found, path = queries.file_of(_one(by, project, form_id, instance, draft=draft), name)
    return FileResponse(path.open("rb"), as_attachment=True, filename=found.name)


def add_file(
    by: Actor, request: HttpRequest, *, project: int, form_id: str, instance: str, name: str, draft: Draft = False
) -> dict[str, Any]:
    """Receive one file of a submission."""
    found = _one(by, project, form_id, instance, draft=draft)
    file = file_sent(by, request, "collect.add_file", found.scope, name)
    actions.add_file(by=by, submission=found, file=file)
    return DONE


def export(
    by: Actor, request: HttpRequest, *, project: int, form_id: str, kind: str, draft: Draft = False
) -> HttpResponseBase:
    """All submissions of a form in one format, as a stream; zip holds csv with its repeats, and the files."""
    form, version = _form(by, project, form_id, draft=draft)
    writer = formats().get(kind)
    if writer is None or not writer.is_installed:
        raise NotAskedThatWay(option="format", word=kind)
    options = Options(
        group_paths=request.GET.get("groupPaths", "true") != "false",
        split_select_multiples=is_true(request, "splitSelectMultiples"),
        gone_fields=is_true(request, "deletedFields"),
        language=request.GET.get("language", ""),
        harmless=False,
    )
    found = queries.submissions_of(by, form, draft=version)
    rows = ((_meta(row), tree) for row, tree in queries.trees(found))
    files = () if request.GET.get("attachments") == "false" else queries.files_of_all(found)
    fields, audits = queries.fields_of_form(form, draft=version), queries.audits_of_all(found)
    made = Export(form.form_id, fields, rows, options, files, audits)
    answer = StreamingHttpResponse(writer.write(made), content_type=writer.media)
    named = content_disposition_header(as_attachment=True, filename=f"{form.form_id}.{writer.ending or kind}")
    answer["Content-Disposition"] = named or "attachment"
    return answer


def _meta(row: Row) -> Meta:
    return Meta(
        instance_id=row.instance,
        submitted_at=row.received_at,
        updated_at=row.updated_at,
        submitter_id=row.submitter,
        submitter_name=row.submitter_name,
        attachments_present=row.files,
        attachments_expected=row.files,
        status=None,
        review_state=row.review or None,
        device_id=row.device or None,
        edits=row.edits,
        form_version=row.version,
        deleted_at=row.deleted_at,
    )


def submitters(by: Actor, request: HttpRequest, *, project: int, form_id: str) -> list[dict[str, Any]]:
    """Everybody who ever sent something for a form."""
    form, _version = _form(by, project, form_id, draft=False)
    return [actor_told(actor) for actor in queries.submitters_of(queries.submissions_of(by, form))]


def no_keys(by: Actor, request: HttpRequest, **named: Any) -> JsonResponse:
    """The keys of encrypted submissions: there are none."""
    return JsonResponse([], safe=False)
