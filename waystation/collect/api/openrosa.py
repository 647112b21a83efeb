"""The endpoint of phones: OpenRosa, under /v1/key/KEY/projects/N/, or under /v1/projects/N/ by name and password.

Forms: formList, forms/ID.xml, forms/ID/manifest, forms/ID/attachments/NAME. Answers: submission (HEAD first, then POST
of multipart parts). A draft is tried out under /v1/test/KEY/projects/N/forms/ID/draft/.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page, require_http_methods, require_safe

from waystation.access.queries import actor_with_key, program

from .. import actions, queries
from ..problems import NoFormPart, NoSuchList, OtherContent, TooMuchAtOnce
from .csv import as_csv

if TYPE_CHECKING:
    from waystation.access.models import Actor

    from ..models import FormVersion

LARGEST_REQUEST = 100_000_000  # bytes; what ODK Central tells phones as well
MOST_ASKED = 1_000  # entities in one question
LARGEST_FORM = 5_000_000  # bytes of one filled form, without its files

FORM_LIST = "http://openrosa.org/xforms/xformsList"
MANIFEST = "http://openrosa.org/xforms/xformsManifest"
RESPONSE = "http://openrosa.org/http/response"


def openrosa(body: bytes = b"", status: int = 200) -> HttpResponse:
    """An answer that phones accept as OpenRosa."""
    headers = {
        "X-OpenRosa-Version": "1.0",
        "X-OpenRosa-Accept-Content-Length": str(LARGEST_REQUEST),
        "Content-Language": "en",
    }
    return HttpResponse(body, status=status, content_type="text/xml; charset=utf-8", headers=headers)


def message(words: str, nature: str = "") -> bytes:
    """The envelope in which a phone reads a sentence."""
    root = Element("OpenRosaResponse", xmlns=RESPONSE, items="0")
    SubElement(root, "message", nature=nature).text = words
    return written(root)


def written(root: Element) -> bytes:
    """A tree as XML in UTF-8."""
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def phone(request: HttpRequest, key: str | None) -> Actor:
    """Who calls: by the key in the address, else as everywhere. Raises NotSignedIn."""
    shown = key or request.GET.get("st")
    return actor_with_key(shown) if shown else program(request)


@require_safe
@conditional_page
def form_list(request: HttpRequest, project: int, key: str | None = None) -> HttpResponse:
    """The forms of a project that this phone may fill in."""
    versions = queries.open_versions(phone(request, key), project=project)
    wanted = request.GET.get("formID")
    return listed(request, versions.filter(form__form_id=wanted) if wanted else versions, "forms/{}")


def listed(request: HttpRequest, versions: Iterable[FormVersion], address: str) -> HttpResponse:
    """A list of forms as phones read it. A phone rejects it whole for one entry without id, name or address."""
    root = Element("xforms", xmlns=FORM_LIST)
    for version in versions:
        form = SubElement(root, "xform")
        here = address.format(quote(version.form.form_id, safe=""))
        said = {
            "formID": version.form.form_id,
            "name": version.title or version.form.title or version.form.form_id,
            "version": version.version,
            "hash": f"md5:{version.md5}",
            "downloadUrl": request.build_absolute_uri(f"{here}.xml"),
        }
        if any(file.sha256 for file in version.files.all()) or queries.carried_names(version):
            said["manifestUrl"] = request.build_absolute_uri(f"{here}/manifest")
        for name, words in said.items():
            SubElement(form, name).text = words
    return openrosa(written(root))


@require_safe
@conditional_page
def form(request: HttpRequest, project: int, form_id: str, key: str | None = None) -> HttpResponse:
    """One form as XForm."""
    return openrosa(queries.open_version(phone(request, key), form_id, project=project).xform.encode())


@require_safe
@conditional_page
def manifest(request: HttpRequest, project: int, form_id: str, key: str | None = None) -> HttpResponse:
    """The files that a form needs beside it."""
    by = phone(request, key)
    return files_told(request, by, queries.open_version(by, form_id, project=project))


def files_told(request: HttpRequest, by: Actor, version: FormVersion) -> HttpResponse:
    """The files of a version that are there. A phone rejects the list whole where one lacks name, hash or address."""
    root = Element("manifest", xmlns=MANIFEST)
    for file in queries.form_files(version):
        _file_told(root, request, file.name, file.md5)
    for register in queries.carried_registers(version):
        _file_told(root, request, register.file, queries.register_token(by, register))
    for listed in queries.carried_lists(version):
        name = f"{listed.name}.csv"
        entry = _file_told(root, request, name, queries.change_token(by, listed))
        entry.set("type", "approvalEntityList" if listed.needs_approval else "entityList")
        base = request.build_absolute_uri(f"integrity/{quote(listed.name, safe='')}")
        SubElement(entry, "integrityUrl").text = base
    return openrosa(written(root))


def _file_told(root: Element, request: HttpRequest, name: str, md5: str) -> Element:
    entry = SubElement(root, "mediaFile")
    SubElement(entry, "filename").text = name
    SubElement(entry, "hash").text = f"md5:{md5}"
    SubElement(entry, "downloadUrl").text = request.build_absolute_uri(f"attachments/{quote(name, safe='')}")
    return entry


@require_safe
def form_file(request: HttpRequest, project: int, form_id: str, name: str, key: str | None = None) -> HttpResponseBase:
    """One of these files."""
    by = phone(request, key)
    return file_sent(by, queries.open_version(by, form_id, project=project), name)


def file_sent(by: Actor, version: FormVersion, name: str) -> HttpResponseBase:
    """A file of a version, as a phone keeps it: as it was given, or what this phone carries of a register or list."""
    answer: HttpResponseBase
    if (rows := queries.carried_file(by, version, name)) is not None:
        answer = as_csv(rows, name.removesuffix(".csv"))
    else:
        file, path = queries.form_file(version, name)
        answer = FileResponse(path.open("rb"), as_attachment=True, filename=file.name)
    answer["X-OpenRosa-Version"] = "1.0"
    return answer


@require_safe
def integrity(request: HttpRequest, project: int, form_id: str, name: str, key: str | None = None) -> HttpResponse:
    """Which of some entities that a phone has, and a list no longer holds, were deleted."""
    by = phone(request, key)
    return gone_told(request, by, queries.open_version(by, form_id, project=project), name)


def gone_told(request: HttpRequest, by: Actor, version: FormVersion, name: str) -> HttpResponse:
    """The same, as a phone reads it; those that nobody knows of are left out."""
    listed = queries.carried_list(version, f"{name}.csv")
    if listed is None:
        raise NoSuchList(list=name)
    root = Element("data")
    told = SubElement(root, "entities")
    ids = [one.strip() for one in request.GET.get("id", "").split(",") if one.strip()][:MOST_ASKED]
    for uuid, gone in queries.gone_or_there(by, listed, ids).items():
        SubElement(SubElement(told, "entity", id=uuid), "deleted").text = "true" if gone else "false"
    return openrosa(written(root))


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def submission(request: HttpRequest, project: int, key: str | None = None) -> HttpResponse:
    """Receive one submission. 201 means: it is safe with us."""
    return received(request, phone(request, key), project=project)


def received(request: HttpRequest, by: Actor, *, project: int, draft: FormVersion | None = None) -> HttpResponse:
    """Receive what a phone posts, or tell it beforehand how much may come at once."""
    if request.method == "HEAD":
        return openrosa(status=204)
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    if size > LARGEST_REQUEST:
        raise TooMuchAtOnce(size=size, limit=LARGEST_REQUEST)
    parts = request.FILES.getlist("xml_submission_file")
    if len(parts) != 1:
        raise NoFormPart
    part = parts[0]
    if (part.size or 0) > LARGEST_FORM:
        raise TooMuchAtOnce(size=part.size, limit=LARGEST_FORM)
    files = [
        (file.name or field, file.chunks())
        for field, several in request.FILES.lists()
        if field != "xml_submission_file"
        for file in several
    ]
    xml = part.read()
    sent = actions.Sent(
        by,
        xml,
        actions.keep_files(by=by, xml=xml, files=files, project=project, draft=draft),
        project=project,
        draft=draft,
        device=request.GET.get("deviceID", ""),
        agent=request.headers.get("User-Agent", ""),
    )
    kept = actions.receive(sent)
    if kept.state == kept.State.RIVAL:
        raise OtherContent(instance=kept.instance)
    return openrosa(message("full submission upload was successful!"), status=201)


@require_safe
def draft_list(request: HttpRequest, draft: str, project: int, form_id: str) -> HttpResponse:
    """A draft, as the only form on the list of a phone that tries it out."""
    return listed(request, [queries.draft_with_key(draft, project, form_id)], "../draft")


@require_safe
def draft_form(request: HttpRequest, draft: str, project: int, form_id: str) -> HttpResponse:
    """A draft as XForm."""
    return openrosa(queries.draft_with_key(draft, project, form_id).xform.encode())


@require_safe
def draft_manifest(request: HttpRequest, draft: str, project: int, form_id: str) -> HttpResponse:
    """The files that a draft needs beside it."""
    version = queries.draft_with_key(draft, project, form_id)
    return files_told(request, version.made_by, version)


@require_safe
def draft_file(request: HttpRequest, draft: str, project: int, form_id: str, name: str) -> HttpResponseBase:
    """One of these files."""
    version = queries.draft_with_key(draft, project, form_id)
    return file_sent(version.made_by, version, name)


@require_safe
def draft_integrity(request: HttpRequest, draft: str, project: int, form_id: str, name: str) -> HttpResponse:
    """Which of some entities were deleted."""
    version = queries.draft_with_key(draft, project, form_id)
    return gone_told(request, version.made_by, version, name)


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def draft_submission(request: HttpRequest, draft: str, project: int, form_id: str) -> HttpResponse:
    """Receive what tries a draft out, in the name of who made it."""
    version = queries.draft_with_key(draft, project, form_id)
    return received(request, version.made_by, project=project, draft=version)
