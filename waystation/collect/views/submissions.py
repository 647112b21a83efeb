"""Pages of what came in: the tray, submissions, and one submission with what can be done about it."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from waystation.access.queries import home_scope, signed_in
from waystation.kernel.problems import Problem, _, retold
from waystation.kernel.tables import harmless

from .. import actions, forms, queries
from ..files import path_of
from .saving import saved

A_PAGE = 50
HEADING = (_("Row"), _("Column or question"), _("What is wrong"), _("What to do"), _("Code"))


# Lists


@require_safe
def tray(request: HttpRequest) -> HttpResponse:
    """What waits for a decision."""
    by = signed_in(request)
    home_scope(by, "collect.see")
    found = queries.tray(by)
    chosen = forms.Chosen(request.GET, titles=queries.forms_of(found).values_list("form_id", "title"))
    return render(request, "collect/tray.html", _listed(request, queries.chosen(found, **chosen.asked), chosen))


@require_safe
def submissions(request: HttpRequest) -> HttpResponse:
    """Everything that came in."""
    by = signed_in(request)
    home_scope(by, "collect.see")
    found = queries.submissions(by)
    titles = queries.forms_of(found).values_list("form_id", "title")
    chosen = forms.Chosen(request.GET, titles=titles, states=forms.STATES)
    return render(request, "collect/submissions.html", _listed(request, queries.chosen(found, **chosen.asked), chosen))


def _listed(request: HttpRequest, found: Any, chosen: forms.Chosen) -> dict[str, Any]:
    page = Paginator(queries.lines(found), A_PAGE).get_page(request.GET.get("page"))
    return {"page": page, "lines": [_line(line) for line in page], "chosen": chosen, "filtered": bool(chosen.asked)}


def _line(line: Mapping[str, Any]) -> dict[str, Any]:
    """A submission in a list: its state in words, and of its problems the first, with how many more there are."""
    state = line["state"]
    told = {**line, "said": gettext(forms.STATES[state]), "tone": forms.TONES[state]}
    if line["state"] == "held" and line["says"]:
        first = line["first"] or line
        told["problem"] = retold(first, gettext)
        told["place"] = first.get("place")
        told["more"] = int(line["details"]["count"]) - 1 if line["first"] else 0
    return told


# One submission


@require_safe
def submission(request: HttpRequest, pk: int) -> HttpResponse:
    """One submission: what was sent, what became of it, and what can be done."""
    return _submission_page(request, pk)


def _submission_page(request: HttpRequest, pk: int, refused: Problem | None = None) -> HttpResponse:
    by, language = signed_in(request), get_language() or ""
    kept = queries.submission(by, pk)
    faults = _each(kept.problem) if kept.state == "held" else []
    context: dict[str, Any] = {
        "submission": kept,
        "said": gettext(forms.STATES[kept.state]),
        "tone": forms.TONES[kept.state],
        "refused": refused.as_dict(gettext) if refused else None,
        "may": queries.may_decide(by, kept),
        "before": queries.waiting_before(kept) if kept.state == "waiting" else 0,
        "doubts": _page_of(request, kept.warnings, "doubts"),
        "files": kept.attachments.order_by("name"),
    }
    if kept.mapping is not None:
        context["faults"] = _page_of(request, faults, "page")
    else:
        context |= _answers(queries.told(kept, language), faults, request.GET.get("correct", ""))
        contents = queries.contents_of(by, kept)
        if len(contents) > 1:
            compared = [one for one in queries.compared(contents, language) if one.differs]
            context |= {
                "contents": contents,
                "differing": [(one.question, list(zip(contents, one.answers, strict=True))) for one in compared],
            }
    return render(request, "collect/submission.html", context, status=refused.status if refused else 200)


def _each(record: Mapping[str, Any] | None) -> Sequence[dict[str, Any]]:
    """Every single problem of a stored one, with its place."""
    if record is None:
        return []
    several: Sequence[dict[str, Any]] | None = record.get("each")
    return [{**record, "place": {"row": None, "column": None}}] if several is None else several


def _page_of(request: HttpRequest, records: Sequence[Mapping[str, Any]], name: str) -> dict[str, Any]:
    """One page of stored problems in the reader's language; to translate hundreds would be slow."""
    page = Paginator(records, A_PAGE).get_page(request.GET.get(name))
    return {"page": page, "told": {"each": [retold(one, gettext) for one in page]}}


def _answers(told: Sequence[queries.Told], faults: Sequence[Mapping[str, Any]], asked: str) -> dict[str, Any]:
    """A phone's answers, each with its problems and, where there are any or it is asked for, the form to correct it."""
    problems = defaultdict(list)
    for fault in faults:
        problems[fault["place"]["column"]].append(retold(fault, gettext))
    rows = []
    for one in told:
        here = problems.pop(one.question.name, [])
        form = forms.Correct(one.question, one.answer) if here or one.question.name == asked else None
        rows.append({"told": one, "problems": here, "form": form})
    return {
        "rows": rows,
        "marked": [row for row in rows if row["form"]],
        "faulty": sum(bool(row["problems"]) for row in rows),
        "unplaced": [problem for several in problems.values() for problem in several],
    }


def _done(request: HttpRequest, pk: int, act: Callable[[], Any]) -> HttpResponse:
    """Do what a button says, then show the submission; where it is refused, show why."""
    try:
        act()
    except Problem as problem:
        return _submission_page(request, pk, problem)
    return redirect("collect:submission", pk)


@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Mend the answers that were changed, all of them or none; then, where that button was pressed, file it again."""
    by = signed_in(request)
    kept = queries.submission(by, pk)
    answers = zip(request.POST.getlist("question"), request.POST.getlist("answer"), strict=False)
    changed = queries.changed_answers(kept, answers)

    def act() -> None:
        with transaction.atomic():
            for question, answer in changed.items():
                actions.correct(by=by, submission=kept, question=question, answer=answer)
        if "refile" in request.POST:
            actions.refile(by=by, submission=kept)

    return _done(request, pk, act)


@require_POST
def refile(request: HttpRequest, pk: int) -> HttpResponse:
    """File it again."""
    by = signed_in(request)
    kept = queries.submission(by, pk)
    return _done(request, pk, lambda: actions.refile(by=by, submission=kept))


@require_POST
def set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Never file it."""
    by = signed_in(request)
    kept = queries.submission(by, pk)
    return _done(request, pk, lambda: actions.set_aside(by=by, submission=kept))


# What was sent, as it was sent


@require_safe
def problems(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything wrong with a submission, as a sheet to work through."""
    kept = queries.submission(signed_in(request), pk)
    return _as_csv(_each(kept.problem), f"submission-{pk}-problems")


@require_safe
def doubts(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything in a submission that is worth a look, as a sheet to work through."""
    kept = queries.submission(signed_in(request), pk)
    return _as_csv(kept.warnings, f"submission-{pk}-doubts")


def _as_csv(records: Sequence[Mapping[str, Any]], name: str) -> HttpResponse:
    """Problems by row and column. The mark at the start tells Excel that this is UTF-8."""
    answer = saved("\ufeff".encode(), f"{name}.csv", "text/csv; charset=utf-8")
    writer = csv.writer(answer)
    writer.writerow(gettext(word) for word in HEADING)
    for record in records:
        told = retold(record, gettext)
        cells = (told["place"]["column"] or "", told["message"], told["remedy"], told["code"])
        writer.writerow([told["place"]["row"] or "", *(harmless(cell) for cell in cells)])
    return answer


@require_safe
def as_sent(request: HttpRequest, pk: int) -> HttpResponse:
    """The XML of a phone, word for word."""
    kept = queries.submission(signed_in(request), pk)
    return saved(bytes(kept.body), f"submission-{pk}.xml", "text/xml; charset=utf-8")


@require_safe
def file(request: HttpRequest, pk: int, name: str) -> FileResponse:
    """One file that came along, as it came. It is saved, never shown: it may be anything."""
    kept = queries.attachment(signed_in(request), pk, name)
    return FileResponse(
        path_of(kept.sha256).open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream"
    )
