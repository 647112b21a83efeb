"""How a form comes along: who sent how much on which day, and what is worth a look."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.timezone import now
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from waystation.access.queries import signed_in

from .. import forms, queries

DAYS = 14
A_PAGE = 50


@require_safe
def progress(request: HttpRequest, project: int, form_id: str) -> HttpResponse:
    """Who sent how much for a form, and how much came in day by day."""
    by = signed_in(request)
    form = queries.form_in(by, project, form_id)
    days = queries.days(by, form, until=now().date(), number=DAYS)
    found = queries.senders(by, form)
    context = {
        "project": form.project,
        "form": form,
        "total": sum(one.submissions for one in found),
        "days": [(date_format(day, "MONTH_DAY_FORMAT"), number) for day, number in days],
        "senders": found,
    }
    return render(request, "collect/progress.html", context)


@require_safe
def quality(request: HttpRequest, project: int, form_id: str) -> HttpResponse:
    """What is worth a look in what came in for a form: how often, and where."""
    by = signed_in(request)
    form = queries.form_in(by, project, form_id)
    code, place = request.GET.get("code", ""), request.GET.get("place", "")
    hits = queries.hits(by, form)
    context = {
        "project": form.project,
        "form": form,
        "hits": [(hit, gettext(forms.DOUBTS.get(hit.code, hit.code))) for hit in hits],
        "chosen": code,
        "place": place,
    }
    if code:
        found = queries.submissions_hit(by, form, code, place)
        page = Paginator(found.values("pk", "instance_name", "received_at", "actor__name"), A_PAGE)
        context["page"] = page.get_page(request.GET.get("page"))
    return render(request, "collect/quality.html", context)
