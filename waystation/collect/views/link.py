"""Pages on which anybody who has a public link fills in its form, without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from .. import queries
from .fill import Way, file_sent, form_page, received, session_told

if TYPE_CHECKING:
    from ..models import PublicLink


def _way(link: PublicLink, token: str) -> Way:
    here, file = reverse("collect:link", args=[token]), reverse("collect:link_file", args=[token, "-"])
    return Way(
        by=link.actor,
        list=here,
        session=reverse("collect:link_session", args=[token]),
        send=reverse("collect:link_send", args=[token]),
        form=reverse("collect:link_form", args=[token]),
        file=file.removesuffix("-"),
    )


@require_safe
@never_cache
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The form of a link; or that it took the one submission that it was for."""
    found, version = queries.link_with_key(token)
    if found.once and found.taken:
        return render(request, "collect/link_used.html", {"version": version})
    return form_page(request, _way(found, token), version)


@require_safe
def link_form(request: HttpRequest, token: str) -> HttpResponse:
    """The form itself, as an XForm."""
    _link, version = queries.link_with_key(token)
    return HttpResponse(version.xform.encode(), content_type="text/xml; charset=utf-8")


@require_safe
def link_file(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """A file that the form shows or looks things up in."""
    found, version = queries.link_with_key(token)
    return file_sent(found.actor, version, name)


@require_safe
@never_cache
def link_session(request: HttpRequest, token: str) -> JsonResponse:
    """In whose name is sent by this link, and where to."""
    found, _version = queries.link_with_key(token)
    return session_told(request, _way(found, token))


@require_POST
def link_send(request: HttpRequest, token: str) -> JsonResponse:
    """Receive one filled form by a link. 201 means: it is safe with us."""
    found, _version = queries.link_with_key(token)
    return received(request, found.actor, found.form.project_id)
