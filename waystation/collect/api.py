"""The endpoint of phones: OpenRosa, under /v1/key/KEY/projects/1/.

Forms: formList, forms/ID.xml, forms/ID/manifest. Answers: submission (HEAD first, then POST of multipart parts).
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from waystation.access.queries import actor_with_key

from . import actions, queries
from .problems import NoFormPart, OtherContent, TooMuchAtOnce

LARGEST_REQUEST = 100_000_000  # bytes; what ODK Central tells phones as well
LARGEST_FORM = 5_000_000  # bytes of one filled form, without its files

FORM_LIST = "http://openrosa.org/xforms/xformsList"
MANIFEST = "http://openrosa.org/xforms/xformsManifest"
RESPONSE = "http://openrosa.org/http/response"


def openrosa(body: bytes = b"", status: int = 200) -> HttpResponse:
    """An answer that phones accept as OpenRosa."""
    headers = {"X-OpenRosa-Version": "1.0", "X-OpenRosa-Accept-Content-Length": str(LARGEST_REQUEST)}
    return HttpResponse(body, status=status, content_type="text/xml; charset=utf-8", headers=headers)


def message(words: str, nature: str = "") -> bytes:
    """The envelope in which a phone reads a sentence."""
    root = Element("OpenRosaResponse", xmlns=RESPONSE, items="0")
    SubElement(root, "message", nature=nature).text = words
    return written(root)


def written(root: Element) -> bytes:
    """A tree as XML in UTF-8."""
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


@require_safe
def form_list(request: HttpRequest, key: str) -> HttpResponse:
    """The forms that this key may fill in."""
    by = actor_with_key(key)
    root = Element("xforms", xmlns=FORM_LIST)
    versions = queries.open_versions(by)
    wanted = request.GET.get("formID")
    for version in versions.filter(form__form_id=wanted) if wanted else versions:
        form = SubElement(root, "xform")
        address = reverse("openrosa:form", args=[key, version.form.form_id])
        for name, words in (
            ("formID", version.form.form_id),
            ("name", version.form.title),
            ("version", version.version),
            ("hash", f"md5:{version.md5}"),
            ("downloadUrl", request.build_absolute_uri(address)),
        ):
            SubElement(form, name).text = words
    return openrosa(written(root))


@require_safe
def form(request: HttpRequest, key: str, form_id: str) -> HttpResponse:
    """One form as XForm."""
    return openrosa(queries.open_version(actor_with_key(key), form_id).xform.encode())


@require_safe
def manifest(request: HttpRequest, key: str, form_id: str) -> HttpResponse:
    """The files that a form needs beside it: none yet."""
    queries.open_version(actor_with_key(key), form_id)
    return openrosa(written(Element("manifest", xmlns=MANIFEST)))


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def submission(request: HttpRequest, key: str) -> HttpResponse:
    """Receive one submission. 201 means: it is safe with us."""
    by = actor_with_key(key)
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
    kept = actions.receive(actions.Sent(by, xml, actions.keep_files(by=by, xml=xml, files=files)))
    if kept.state == kept.State.RIVAL:
        raise OtherContent(instance=kept.instance)
    return openrosa(message("full submission upload was successful!"), status=201)
