"""The page of one form: whether it is open, its draft, its links, what came in with it, and how to take it along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from waystation.access.queries import may, signed_in
from waystation.kernel.problems import Problem

from .. import actions, forms, queries
from ..rules import draft_settings
from ..rules.fields.columns import Options as Layout
from ..rules.fields.columns import columns_of, row_reader
from ..writers import formats
from .projects import SHOWS_KEYS, code_of

if TYPE_CHECKING:
    from waystation.access.models import Actor

    from ..models import Form

A_PAGE = 50
MOST_COUNTED = 10_000
COLUMNS = 8
LONGEST_NUMBER = 19  # digits, as databases count
EXPORTS = ("csv", "zip", "xlsx", "geojson", "parquet", "sav", "codebook_csv")
"""What is offered, as far as its libraries are there; programs have them all."""
MAY = ("draft_form", "set_form_state", "clean")


@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, project: int, form_id: str) -> HttpResponse:
    """One form."""
    by = signed_in(request)
    found = queries.form_in(by, project, form_id)
    refused = None
    if request.method == "POST":
        try:
            _act(request, by, found)
        except Problem as problem:
            refused = problem
        else:
            if found.deleted_at:
                return redirect("collect:project", project)
            return redirect("collect:form", project, form_id)
    return _form_page(request, by, found, refused)


def _act(request: HttpRequest, by: Actor, found: Form) -> None:
    """What the buttons of a form's page do. Raises what refuses it."""
    said, given = request.POST.get("act", ""), request.FILES.get("file")
    if said in ("open", "closing", "closed"):
        actions.set_form_state(by=by, form=found, state=said)
    elif said == "draft":
        actions.draft_form(by=by, form=found, definition=given.read() if given else None)
        messages.success(request, gettext("The draft is ready to be tried out."))
    elif said == "publish":
        actions.publish_draft(by=by, form=found, version=request.POST.get("version") or None)
        messages.success(request, gettext("Phones fetch the new version from now on."))
    elif said == "abandon":
        actions.abandon_draft(by=by, form=found)
    elif said == "link":
        asked = forms.NewLink(request.POST)
        if asked.is_valid():
            actions.open_link(by=by, form=found, name=asked.cleaned_data["name"], once=asked.cleaned_data["once"])
    elif said == "close_link":
        number = request.POST.get("link", "")
        link = queries.link_numbered(found, int(number) if number.isdecimal() else 0)
        actions.close_link(by=by, form=found, link=link)


def _form_page(request: HttpRequest, by: Actor, found: Form, refused: Problem | None) -> HttpResponse:
    draft = queries.draft_of(found)
    latest = queries.latest_version(found)
    base = f"/v1/projects/{found.project_id}/forms/{quote(found.form_id, safe='')}"
    context: dict[str, Any] = {
        "project": found.project,
        "form": found,
        "latest": latest,
        "versions": queries.published_versions(found),
        "draft": draft,
        "missing": queries.files_missing(draft) if draft else [],
        "tally": queries.tally_of(found),
        "base": base,
        "exports": [(kind, formats()[kind]) for kind in EXPORTS if formats()[kind].is_installed],
        "languages": [one for one in queries.fields_of_form(found).languages if one] if latest else [],
        "may": {verb: may(by, f"collect.{verb}", found.scope) for verb in MAY},
        "may_link": may(by, "collect.open_link", found.scope) and may(by, SHOWS_KEYS, found.scope),
        "refused": refused.as_dict(gettext) if refused else None,
    }
    if draft and context["may"]["draft_form"]:
        tried = f"/v1/test/{draft.draft_key}/projects/{found.project_id}/forms/{quote(found.form_id, safe='')}/draft"
        said = draft_settings(request.build_absolute_uri(tried), name=draft.title or found.form_id)
        context["code"] = code_of(said, error="q")
    if context["may_link"]:
        links = queries.links_of(found).prefetch_related("actor__keys")[:A_PAGE]
        context["links"] = [(one, _address(request, queries.token_of(one.actor))) for one in links]
        context["asked"] = forms.NewLink()
    return render(request, "collect/form.html", context, status=refused.status if refused else 200)


def _address(request: HttpRequest, token: str | None) -> str:
    """Where anybody fills a form in by a link; empty once it opens nothing."""
    return request.build_absolute_uri(reverse("collect:link", args=[token])) if token else ""


@require_safe
def table(request: HttpRequest, project: int, form_id: str) -> HttpResponse:
    """What came in with a form as a table, the newest first, a page after the other at any depth."""
    by = signed_in(request)
    found = queries.form_in(by, project, form_id)
    rows = queries.submissions_of(by, found)
    chosen = forms.ChosenRows(request.GET, senders=queries.submitters_known(found))
    rows = queries.rows_chosen(rows, **chosen.asked)
    before = request.GET.get("before", "")
    last = int(before) if before.isdecimal() and len(before) < LONGEST_NUMBER else None
    page = queries.page_before(rows, last, A_PAGE)
    fields = queries.fields_of_form(found)
    asked = columns_of(fields, options=Layout(group_paths=False))
    shown = [at for at, column in enumerate(asked) if not column.field.path.startswith("/meta/")][:COLUMNS]
    read = row_reader(fields, options=Layout(group_paths=False))
    lines = [(row, read(tree)) for row, tree in page.rows]
    context = {
        "project": found.project,
        "form": found,
        "columns": [asked[at].name for at in shown],
        "lines": [(row, [(asked[at].name, cells[at]) for at in shown]) for row, cells in lines],
        "older": page.older,
        "deep": bool(before),
        "counted": queries.counted(rows, MOST_COUNTED),
        "most": MOST_COUNTED,
        "chosen": chosen,
        "filtered": bool(chosen.asked),
        "reviews": forms.REVIEWS,
    }
    return render(request, "collect/table.html", context)
