"""Pages of forms and sheets: the forms that phones fetch, and loading a sheet."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from waystation.access.queries import home_scope, scopes_of, signed_in
from waystation.kernel.problems import Problem

from .. import actions, forms, queries
from ..registry import questions_of
from .saving import saved

A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def form_list(request: HttpRequest) -> HttpResponse:
    """The forms that phones fetch, in their versions; and a place to publish another."""
    by = signed_in(request)
    home_scope(by, "collect.publish_form" if request.method == "POST" else "collect.see")
    scopes = scopes_of(by, "collect.publish_form")
    upload = forms.Upload(request.POST or None, request.FILES or None, scopes=scopes)
    if request.method == "POST" and upload.is_valid():
        scope, definition = upload.cleaned_data["scope"], upload.cleaned_data["file"].read()
        try:
            version = actions.publish_form(by=by, definition=definition, scope=scope)
        except Problem as problem:
            forms.said_at(upload, "file", problem)
        else:
            said = gettext("%(form)s is published in version %(version)s. Phones fetch it from now on.")
            messages.success(request, said % {"form": version.form.title, "version": version.version})
            return redirect("collect:forms")
    page = Paginator(queries.forms(by), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "collect/forms.html", {"page": page, "upload": upload if scopes else None})


@require_safe
def xform(request: HttpRequest, pk: int) -> HttpResponse:
    """A version of a form as phones fetch it."""
    version = queries.form_version(signed_in(request), pk)
    return saved(version.xform.encode(), f"{version.form.form_id}.xml", "text/xml; charset=utf-8")


@require_safe
def xlsform(request: HttpRequest, pk: int) -> HttpResponse:
    """A version of a form as it was given: a workbook, or a Markdown table."""
    version = queries.form_version(signed_in(request), pk)
    definition = bytes(version.definition)
    suffix = "md" if definition.lstrip().startswith(b"|") else "xlsx" if definition.startswith(b"PK") else "xls"
    return saved(definition, f"{version.form.form_id}.{suffix}", "application/octet-stream")


@require_http_methods(["GET", "HEAD", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """Send in a sheet; the worker files it, and its page tells how that went."""
    by = signed_in(request)
    home_scope(by, "collect.receive_sheet")
    form = forms.Load(request.POST or None, request.FILES or None, initial={"intake": request.GET.get("intake", "")})
    if request.method == "POST" and form.is_valid():
        sheet = form.cleaned_data["file"]
        try:
            kept = actions.receive_sheet(by=by, file=(sheet.name, sheet.chunks()), mapping=form.cleaned_data["mapping"])
        except Problem as problem:
            forms.said_at(form, None, problem)
        else:
            if kept.state != "waiting":
                messages.info(request, gettext("This very sheet was loaded before. Here is what became of it."))
            return redirect("collect:submission", kept.pk)
    questions = [(name, title, questions_of(name)) for name, title in forms.intake_titles()]
    return render(request, "collect/load.html", {"form": form, "questions": questions})
