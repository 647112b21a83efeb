"""The page on which an answer is given another spelling wherever it stands, and such a change is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from waystation.access.queries import home_scope, signed_in
from waystation.kernel.problems import Problem

from .. import actions, queries
from ..problems import WordMissing

if TYPE_CHECKING:
    from waystation.access.models import Actor

    from ..models import Form

MOST_LOOKED_AT = 10_000
MOST_SHOWN = 200
LATEST = 50
UNDER_WAY = ("changing", "taking_back")
LONGEST_NUMBER = 18  # digits, as databases count


@require_http_methods(["GET", "HEAD", "POST"])
def cleaning(request: HttpRequest, project: int, form_id: str) -> HttpResponse:
    """The answers to a question by how often they were given, each with a field for a better one."""
    by = signed_in(request)
    home_scope(by, queries.CLEAN)
    form = queries.form_in(by, project, form_id)
    refused = None
    if request.method == "POST":
        try:
            _act(request, by, form)
        except Problem as problem:
            refused = problem
        else:
            address = reverse("collect:cleaning", args=[project, form_id])
            return redirect(f"{address}?{urlencode({'question': request.POST.get('question', '')})}")
    questions = queries.cleanable(form)
    asked = request.GET.get("question", "")
    chosen = next((one for one in questions if one.path == asked), None)
    language = queries.fields_of_form(form).language(get_language() or "")
    answers, looked = queries.answers_counted(by, form, asked, most=MOST_LOOKED_AT) if chosen else ([], 0)
    words = {one.code: one.labels.get(language, "") for one in chosen.choices} if chosen else {}
    latest = list(queries.cleanings(by, form)[:LATEST])
    context = {
        "project": form.project,
        "form": form,
        "questions": [(one.path, one.label(language)) for one in questions],
        "chosen": chosen,
        "answers": [(answer, words.get(answer, ""), number) for answer, number in answers[:MOST_SHOWN]],
        "hidden": max(0, len(answers) - MOST_SHOWN),
        "looked": looked,
        "most": MOST_LOOKED_AT,
        "cleanings": latest,
        "under_way": any(one.state in UNDER_WAY for one in latest),
        "refused": refused.as_dict(gettext) if refused else None,
    }
    return render(request, "collect/cleaning.html", context, status=refused.status if refused else 200)


def _act(request: HttpRequest, by: Actor, form: Form) -> None:
    """What its buttons do. Raises what refuses it."""
    if (number := request.POST.get("undo", "")).isdecimal():
        actions.undo_cleaning(by=by, cleaning=queries.cleaning_numbered(by, form, int(number[:LONGEST_NUMBER])))
        return
    said = {name: request.POST.get(name, "") for name in ("question", "was")}
    becomes = "" if "empty" in request.POST else request.POST.get("becomes", "").strip()
    if not becomes and "empty" not in request.POST:  # nobody shall empty a thousand answers with one wrong click
        raise WordMissing(word="becomes")
    actions.clean(by=by, form=form, becomes=becomes, **said)
