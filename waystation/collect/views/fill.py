"""Pages on which people fill in forms, with or without a network; and the endpoint that their filled forms come to."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.contrib.staticfiles import finders
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from waystation.access.problems import NotSignedIn
from waystation.access.queries import home_scope, signed_in

from .. import actions, queries
from ..problems import NoFormPart, NoSuchFile, OtherContent, TooMuchAtOnce
from .saving import csv_of, saved
from .words import ENGINE, PLAINER, WORDS

if TYPE_CHECKING:
    from waystation.access.models import Actor

    from ..models import FormVersion

OWNER = "Waystation-Owner"  # whose page it is: the browser keeps those of one person at a time
FORM_PART = "xml_submission_file"
LARGEST_FORM = 5_000_000  # bytes of one filled form, without its files, as from a phone
WORKER = "front/build/fill-worker.js"
KEPT = (
    "front/icon.svg",
    *(f"front/build/{name}" for name in ("style.css", "page.js", "outbox.css", "outbox.js", "fill.css", "fill.js")),
)

# What ODK Web Forms needs beyond our own policy, on this page alone:
# its XPath parser is WebAssembly; its components make styles, which carry the nonce; authors of forms colour words
# with style attributes; pictures are shown, and made smaller, before they are sent; its icons are data.
POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; "
    "style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Way:
    """In whose name a form is filled in, and where the pages of that way lie: by signing in, or by a public link."""

    by: Actor
    list: str
    session: str
    send: str
    form: str
    file: str
    """The beginning of the addresses of files, to which their names are added."""


def way_of(by: Actor, form_id: str = "") -> Way:
    """The way of somebody who has signed in."""
    form = reverse("collect:fill_form", args=[form_id]) if form_id else ""
    file = reverse("collect:fill_file", args=[form_id, "-"]).removesuffix("-") if form_id else ""
    return Way(by, reverse("collect:fill"), reverse("collect:fill_session"), reverse("collect:fill_send"), form, file)


def _frame(way: Way) -> dict[str, str]:
    """What the script of a page must know: whose page it is, addresses, and words."""
    said = {**{words: words for words in ENGINE}, **PLAINER, **WORDS}
    return {
        "owner": way.by.username,
        "list": way.list,
        "session": way.session,
        "worker": reverse("collect:fill_worker"),
        "words": json.dumps({key: gettext(words) for key, words in said.items()}, ensure_ascii=False),
    }


def _page(request: HttpRequest, template: str, context: Mapping[str, Any], way: Way) -> HttpResponse:
    answer = render(request, template, {**context, "frame": _frame(way), "way": way})
    answer[OWNER] = way.by.username
    return answer


def _files(way: Way, version: FormVersion) -> dict[str, str]:
    """The addresses of the files that a form needs, by name. Under such an address a file never changes."""
    tokens = {file.name: file.md5 for file in version.files.all() if file.sha256}  # else nobody has given it yet
    tokens |= queries.carried_tokens(way.by, version)
    return {name: f"{way.file}{quote(name, safe='')}?hash={one}" for name, one in tokens.items()}


def _kept_with(by: Actor, version: FormVersion) -> str:
    """What must be kept with the page of a form so that it opens without a network: addresses, parted by blanks."""
    way = way_of(by, version.form.form_id)
    return " ".join([f"{way.form}?hash={version.md5}", *_files(way, version).values()])


@require_safe
@never_cache
def fill_list(request: HttpRequest) -> HttpResponse:
    """The forms that the reader may fill in, and what this device keeps of theirs."""
    by = signed_in(request)
    home_scope(by, "collect.receive")
    versions = queries.open_versions(by).defer("definition", "xform")
    lines = [(version, _kept_with(by, version)) for version in versions]
    context = {"lines": lines, "returned": queries.returned_to(by)}
    return _page(request, "collect/fill_list.html", context, way_of(by))


@require_safe
@never_cache
def fill_page(request: HttpRequest, form_id: str) -> HttpResponse:
    """One form, to be filled in."""
    by = signed_in(request)
    home_scope(by, "collect.receive")
    return form_page(request, way_of(by, form_id), queries.open_version(by, form_id))


def form_page(request: HttpRequest, way: Way, version: FormVersion) -> HttpResponse:
    """A form, to be filled in by whoever came this way."""
    nonce = secrets.token_urlsafe(16)
    context = {"version": version, "nonce": nonce, "files": json.dumps(_files(way, version))}
    answer = _page(request, "collect/fill.html", context, way)
    answer["Content-Security-Policy"] = POLICY.format(nonce=nonce)
    return answer


@require_safe
def fill_form(request: HttpRequest, form_id: str) -> HttpResponse:
    """The form itself, as an XForm. Under the address with its hash it never changes."""
    return HttpResponse(
        queries.open_version(signed_in(request), form_id).xform.encode(), content_type="text/xml; charset=utf-8"
    )


@require_safe
def fill_file(request: HttpRequest, form_id: str, name: str) -> HttpResponseBase:
    """A file that the form shows or looks things up in. Raises NoSuchFile."""
    by = signed_in(request)
    return file_sent(by, queries.open_version(by, form_id), name)


def file_sent(by: Actor, version: FormVersion, name: str) -> HttpResponseBase:
    """A file of a form, or what its reader carries of a register or list."""
    if (rows := queries.carried_file(by, version, name)) is not None:
        return saved(csv_of(rows), name, "text/csv; charset=utf-8")
    file, path = queries.form_file(version, name)
    return FileResponse(path.open("rb"), as_attachment=True, filename=file.name)


@require_safe
@never_cache
def fill_session(request: HttpRequest) -> JsonResponse:
    """Who is signed in, for a script that is about to send what one person filled in. Raises NotSignedIn."""
    return session_told(request, way_of(signed_in(request)))


def session_told(request: HttpRequest, way: Way) -> JsonResponse:
    """In whose name is sent, with which token, and where to."""
    return JsonResponse({"username": way.by.username, "token": get_token(request), "send": way.send})


@require_POST
def fill_send(request: HttpRequest) -> JsonResponse:
    """Receive one filled form from a page. 201 means: it is safe with us."""
    return received(request, signed_in(request))


def received(request: HttpRequest, by: Actor, project: int | None = None) -> JsonResponse:
    """Receive what a page sends in somebody's name."""
    if request.POST.get("by") != by.username:  # somebody else signed in, in another tab, meanwhile
        raise NotSignedIn
    parts = request.FILES.getlist(FORM_PART)
    if len(parts) != 1:
        raise NoFormPart
    size = parts[0].size or 0
    if size > LARGEST_FORM:
        raise TooMuchAtOnce(size=size, limit=LARGEST_FORM)
    xml = parts[0].read()
    brought = [(field, several) for field, several in request.FILES.lists() if field != FORM_PART]
    files = [(file.name or field, file.chunks()) for field, several in brought for file in several]
    kept_files = actions.keep_files(by=by, xml=xml, files=files, project=project)
    agent = request.headers.get("User-Agent", "")
    kept = actions.receive(actions.Sent(by, xml, kept_files, project=project, agent=agent))
    if kept.state == kept.State.RIVAL:
        raise OtherContent(instance=kept.instance)
    return JsonResponse({"instance": kept.instance}, status=201)


@require_safe
def fill_app(request: HttpRequest) -> JsonResponse:
    """What a device needs to know to install these pages as an application."""
    start = reverse("collect:fill")
    manifest = {
        "id": start,
        "name": gettext("Waystation: forms to fill in"),
        "short_name": "Waystation",
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "theme_color": "#0e5a6d",
        "background_color": "#faf8f4",
        "icons": [{"src": static("front/icon.svg"), "type": "image/svg+xml", "sizes": "any", "purpose": "any"}],
    }
    return JsonResponse(manifest, content_type="application/manifest+json")


@require_safe
def fill_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the files that it keeps. It lies here because it serves only what lies beneath it."""
    found = finders.find(WORKER)
    if found is None:
        raise NoSuchFile(file=WORKER)
    script = Path(found).read_text(encoding="utf-8")
    files = json.dumps([static(name) for name in KEPT])
    version = hashlib.sha256(f"{files}{script}".encode()).hexdigest()[:12]
    return HttpResponse(
        f"self.FILES = {files};\nself.VERSION = {json.dumps(version)};\n{script}",
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )
