"""Answers changed in many submissions at once: each keeps what it said before as an edition, and it can be undone."""

from __future__ import annotations

from uuid import uuid4

from django.utils.timezone import now

from waystation.access.action import Where, action
from waystation.access.models import Actor
from waystation.access.queries import home_scope
from waystation.access.rules import covers

from ..models import Cleaned, Cleaning, Edition, Form, Submission
from ..problems import EditedAfterFiling, NoSuchQuestion, NothingToClean, UndoneAlready
from ..queries import cleanable, cleaned_by, said_at, said_so, tree_of
from ..registry import intake_called
from ..rules.rewriting import rewritten
from .receiving import Sent, replace

AT_ONCE = 500
"""Submissions that are changed in one transaction, for which phones have to wait."""


def clean_everywhere(*, by: Actor, form: Form, question: str, was: str, becomes: str, reason: str = "") -> Cleaning:
    """Change an answer wherever it stands, portion by portion, as far as an actor may."""
    made = begin_cleaning(by=by, form=form, question=question, was=was, becomes=becomes, reason=reason)
    for portion in said_so(by, form, question, was, most=AT_ONCE):
        clean(by=by, cleaning=made, submissions=portion)
    return made


def undo_everywhere(*, by: Actor, cleaning: Cleaning) -> Cleaning:
    """Take a change back wherever nobody edited since."""
    close_cleaning(by=by, cleaning=cleaning)
    for portion in cleaned_by(cleaning, most=AT_ONCE):
        undo_cleaning(by=by, cleaning=cleaning, submissions=portion)
    return cleaning


@action(on=Where.SOMEWHERE)
def begin_cleaning(*, by: Actor, form: Form, question: str, was: str, becomes: str, reason: str = "") -> Cleaning:
    """Decide that an answer is to be another one in all submissions of a form. Raises NoSuchQuestion."""
    known = [one.path for one in cleanable(form)]
    if question not in known:
        raise NoSuchQuestion(question=question, known=", ".join(known))
    if was == becomes:
        raise NothingToClean
    if form.intake and not intake_called(form.intake).replaces:
        raise EditedAfterFiling
    home = home_scope(by, "collect.begin_cleaning")
    return Cleaning.objects.create(
        form=form,
        question=question,
        was=was,
        becomes=becomes,
        reason=reason,
        scope=form.scope if covers(home, form.scope) else home,
        made_by=by,
    )


@action(on="submissions")
def clean(*, by: Actor, cleaning: Cleaning, submissions: list[Submission]) -> Cleaning:
    """Change what a cleaning changes in some submissions; those that say something else by now stay as they are."""
    for submission in _locked(submissions):
        is_meant = said_at(tree_of(submission), cleaning.question) == cleaning.was
        after = f"uuid:{uuid4()}"
        xml = rewritten(bytes(submission.body), {cleaning.question: cleaning.becomes}, instance=after)
        if not is_meant or xml is None:
            continue
        before = submission.current or submission.instance
        replace(submission, Sent(by, xml, agent="Waystation"))
        Cleaned.objects.create(cleaning=cleaning, submission=submission, before=before, after=after)
    return cleaning


@action(on="cleaning")
def undo_cleaning(*, by: Actor, cleaning: Cleaning, submissions: list[Submission]) -> Cleaning:
    """Give submissions back what they said before; those that were edited since stay as they are."""
    changed = {one.submission_id: one for one in cleaning.cleaned.filter(submission__in=submissions, undone=False)}
    for submission in _locked(submissions):
        one = changed.get(submission.pk)
        if one is None or submission.current != one.after:
            continue
        body = Edition.objects.values_list("body", flat=True).get(submission=submission, instance=one.before)
        xml = rewritten(bytes(body), {}, instance=f"uuid:{uuid4()}")
        if xml is None:
            continue
        replace(submission, Sent(by, xml, agent="Waystation"))
        one.undone = True
        one.save(update_fields=["undone"])
    return cleaning


@action(on="cleaning")
def close_cleaning(*, by: Actor, cleaning: Cleaning) -> Cleaning:
    """Note that a cleaning was taken back. Raises UndoneAlready."""
    if Cleaning.objects.filter(pk=cleaning.pk, undone_at=None).update(undone_at=now(), undone_by=by) == 0:
        raise UndoneAlready
    return cleaning


def _locked(submissions: list[Submission]) -> list[Submission]:
    """Those of some that are filed, whose rows nobody else can change until we are done."""
    numbers = [one.pk for one in submissions]
    filed = Submission.objects.select_for_update(of=("self",)).filter(pk__in=numbers, state=Submission.State.FILED)
    return list(filed.filter(is_listed=True).select_related("form", "draft", "actor").order_by("pk"))
