"""Forms with their drafts, versions and files, as programs of ODK Central ask for them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from .. import actions, queries
from ..problems import FormWarnings, NoDraft, WrongWord
from ..registry import read_definition
from .csv import as_csv
from .rest import DONE, actor_told, file_sent, in_full, is_true, moment, said, text

if TYPE_CHECKING:
    from waystation.access.models import Actor

    from ..models import Form, FormFile, FormVersion

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def form_told(form: Form, version: FormVersion | None, *, full: bool = False) -> dict[str, Any]:
    """A form as it is in one version."""
    told = {
        "projectId": form.project_id,
        "xmlFormId": form.form_id,
        "name": (version.title if version else "") or form.title or None,
        "version": version.version if version else "",
        "hash": version.md5 if version else "",
        "sha": hashlib.sha1(version.xform.encode(), usedforsecurity=False).hexdigest() if version else None,
        "sha256": version.sha256 if version else None,
        "state": form.state,
        "keyId": None,
        "enketoId": None,
        "enketoOnceId": None,
        "webformsEnabled": True,
        "draftToken": (version.draft_key or None) if version else None,
        "createdAt": moment(form.created_at),
        "updatedAt": moment(form.updated_at),
        "publishedAt": moment(version.published_at) if version else None,
        "deletedAt": moment(form.deleted_at),
        "id": form.pk,
    }
    if full and version:
        tally = queries.tally_of(form)
        told |= {
            "submissions": tally.submissions,
            "lastSubmission": moment(tally.last),
            "reviewStates": tally.reviews,
            "excelContentType": XLSX if bytes(version.definition[:2]) == b"PK" else None,
            "createdBy": actor_told(version.made_by),
            "entityRelated": False,
            "publicLinks": 0,
        }
    return told


def forms(by: Actor, request: HttpRequest, *, project: int) -> list[dict[str, Any]]:
    """The forms of a project; with `deleted=true` those that were taken away."""
    found = queries.forms_in(by, queries.project_numbered(by, project), deleted=is_true(request, "deleted"))
    versions = queries.versions_that_count(found)
    return [form_told(form, versions.get(form.pk), full=in_full(request)) for form in found]


def add_form(by: Actor, request: HttpRequest, *, project: int) -> dict[str, Any]:
    """Begin a form with a draft; with `publish=true` it is published at once."""
    into = queries.project_numbered(by, project)
    draft = actions.create_form(by=by, project=into, definition=_definition(request), fallback=_fallback(request))
    if is_true(request, "publish"):
        draft = actions.publish_draft(by=by, form=draft.form)
    return form_told(draft.form, draft, full=in_full(request))


def _fallback(request: HttpRequest) -> str:
    return unquote(request.headers.get("X-XlsForm-FormId-Fallback", ""))


def _definition(request: HttpRequest) -> bytes:
    """The form in the body of a request. Raises FormWarnings unless doubts are to be left aside."""
    definition = request.body
    if not is_true(request, "ignoreWarnings"):
        doubts = read_definition(definition, _fallback(request)).warnings
        if doubts:
            raise FormWarnings(doubts="; ".join(doubts))
    return definition


def form(by: Actor, request: HttpRequest, *, project: int, form_id: str) -> dict[str, Any]:
    """One form in the version that counts: the latest published one, else its draft."""
    found = queries.form_in(by, project, form_id)
    return form_told(found, queries.version_that_counts(found), full=in_full(request))


def change_form(by: Actor, request: HttpRequest, *, project: int, form_id: str) -> dict[str, Any]:
    """Open or close a form."""
    found = queries.form_in(by, project, form_id)
    state = text(said(request), "state")
    if state is not None:
        found = actions.set_form_state(by=by, form=found, state=state)
    return form_told(found, queries.version_that_counts(found))


def delete_form(by: Actor, request: HttpRequest, *, project: int, form_id: str) -> dict[str, Any]:
    """Take a form away."""
    actions.delete_form(by=by, form=queries.form_in(by, project, form_id))
    return DONE


def restore_form(by: Actor, request: HttpRequest, *, project: int, number: int) -> dict[str, Any]:
    """Bring a form back that was taken away."""
    actions.restore_form(by=by, form=queries.deleted_form(by, project, number))
    return DONE


def xml(by: Actor, request: HttpRequest, *, project: int, form_id: str, version: str | None = None) -> HttpResponse:
    """A form as XForm."""
    found = _version(by, project, form_id, version)
    return HttpResponse(found.xform, content_type="application/xml; charset=utf-8")


def xlsx(by: Actor, request: HttpRequest, *, project: int, form_id: str, version: str | None = None) -> HttpResponse:
    """A form as it was given."""
    found = _version(by, project, form_id, version)
    kind = XLSX if bytes(found.definition[:2]) == b"PK" else "application/octet-stream"
    return HttpResponse(bytes(found.definition), content_type=kind)


def _version(by: Actor, project: int, form_id: str, version: str | None = None) -> FormVersion:
    """A version by its name; the one that counts where none is named; the draft for `draft`."""
    found = queries.form_in(by, project, form_id)
    if version is None:
        return queries.version_that_counts(found)
    return _draft_of(found) if version == "draft" else queries.version_named(found, version)


def fields(
    by: Actor, request: HttpRequest, *, project: int, form_id: str, version: str | None = None
) -> list[dict[str, Any]]:
    """What a form asks for, question by question."""
    asked = queries.fields_of_version(_version(by, project, form_id, version))
    return [one.as_dict(odata=is_true(request, "odata")) for one in asked.all]


def versions(by: Actor, request: HttpRequest, *, project: int, form_id: str) -> list[dict[str, Any]]:
    """All published versions, the newest first."""
    found = queries.form_in(by, project, form_id)
    return [form_told(found, version) for version in queries.published_versions(found)]


def version(by: Actor, request: HttpRequest, *, project: int, form_id: str, version: str) -> dict[str, Any]:
    """One published version; `___` stands for one without a name."""
    found = _version(by, project, form_id, version)
    return form_told(found.form, found, full=in_full(request))


def draft(by: Actor, request: HttpRequest, *, project: int, form_id: str) -> dict[str, Any]:
    """The draft of a form."""
    found = _version(by, project, form_id, "draft")
    return form_told(found.form, found, full=in_full(request))


def _draft_of(form: Form) -> FormVersion:
    draft = queries.draft_of(form)
    if draft is None:
        raise NoDraft(form=form.form_id)
    return draft


def add_draft(by: Actor, request: HttpRequest, *, project: int, form_id: str) -> dict[str, Any]:
    """Begin a new draft, of what is sent or of the latest version."""
    found = queries.form_in(by, project, form_id)
    definition = _definition(request) if request.body else None
    actions.draft_form(by=by, form=found, definition=definition)
    return DONE


def delete_draft(by: Actor, request: HttpRequest, *, project: int, form_id: str) -> dict[str, Any]:
    """Throw a draft away."""
    actions.abandon_draft(by=by, form=queries.form_in(by, project, form_id))
    return DONE


def publish(by: Actor, request: HttpRequest, *, project: int, form_id: str) -> dict[str, Any]:
    """Publish a draft, perhaps under another version."""
    found = queries.form_in(by, project, form_id)
    actions.publish_draft(by=by, form=found, version=request.GET.get("version"))
    return DONE


def file_told(file: FormFile, lists: Collection[str] = ()) -> dict[str, Any]:
    """A file that a version asks for, and whether it is there: as such, or as one of the project's entity lists."""
    there, listed = bool(file.sha256), file.name in lists
    return {
        "name": file.name,
        "type": file.kind,
        "hash": file.md5 or None,
        "exists": there or listed,
        "blobExists": there,
        "datasetExists": listed,
        "updatedAt": moment(file.updated_at),
    }


def files(
    by: Actor, request: HttpRequest, *, project: int, form_id: str, version: str | None = None
) -> list[dict[str, Any]]:
    """The files that a version asks for."""
    found = _version(by, project, form_id, version)
    lists = queries.carried_names(found)
    return [file_told(file, lists) for file in queries.files_asked_for(found)]


def file(
    by: Actor, request: HttpRequest, *, project: int, form_id: str, name: str, version: str | None = None
) -> HttpResponseBase:
    """One of these files."""
    asked = _version(by, project, form_id, version)
    if (rows := queries.carried_file(by, asked, name)) is not None:
        return as_csv(rows, name.removesuffix(".csv"))
    found, path = queries.form_file(asked, name)
    return FileResponse(path.open("rb"), as_attachment=True, filename=found.name)


def draft_file(by: Actor, request: HttpRequest, *, project: int, form_id: str, name: str) -> HttpResponseBase:
    """One of the files of a draft."""
    return file(by, request, project=project, form_id=form_id, name=name, version="draft")


def add_file(by: Actor, request: HttpRequest, *, project: int, form_id: str, name: str) -> dict[str, Any]:
    """Give a draft one of the files that it asks for."""
    form = queries.form_in(by, project, form_id)
    file = file_sent(by, request, "collect.keep_form_file", form.scope, name)
    actions.keep_form_file(by=by, form=form, file=file)
    return DONE


def link_list(by: Actor, request: HttpRequest, *, project: int, form_id: str, name: str) -> dict[str, Any]:
    """Let a draft take the project's entity list of a file's name: {"dataset": true}. A file that was there is gone."""
    form = queries.form_in(by, project, form_id)
    if said(request).get("dataset") is not True:
        raise WrongWord(name="dataset", word=str(said(request).get("dataset")))
    queries.entity_list(by, project, name.removesuffix(".csv"))
    actions.clear_form_file(by=by, form=form, name=name)
    told = files(by, request, project=project, form_id=form_id, version="draft")
    return next(one for one in told if one["name"] == name)


def list_diff(
    by: Actor, request: HttpRequest, *, project: int, form_id: str, version: str | None = None
) -> list[dict[str, Any]]:
    """The entity lists that a form fills, with all their properties, and what a draft would add to them."""
    found = _version(by, project, form_id, version)
    told = queries.lists_declared(found)
    return [
        {
            "name": name,
            **_new_told(version, is_new=one.is_new),
            "properties": [
                {"name": each, "inForm": each in one.fills, **_new_told(version, is_new=each in one.adds)}
                for each in sorted({*one.has, *one.fills})
            ],
        }
        for name, one in told.items()
    ]


def _new_told(version: str | None, *, is_new: bool) -> dict[str, bool]:
    """Only of a draft it is told what it would add."""
    return {"isNew": is_new} if version == "draft" else {}


def delete_file(by: Actor, request: HttpRequest, *, project: int, form_id: str, name: str) -> dict[str, Any]:
    """Take a file away from a draft."""
    actions.clear_form_file(by=by, form=queries.form_in(by, project, form_id), name=name)
    return DONE
