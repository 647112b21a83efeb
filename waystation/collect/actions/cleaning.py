"""Answers changed in many submissions at once: each keeps what it said before as an edition, and it can be taken back.

What is asked for is one entry in the audit log, and the worker does it, portion by portion. A portion that was done is
not done twice, so that it goes on where a machine went down.
"""

from __future__ import annotations

from uuid import uuid4

from waystation.access.action import Where, action
from waystation.access.models import Actor
from waystation.access.queries import home_scope
from waystation.access.rules import covers

from ..models import Cleaned, Cleaning, Edition, Form, Submission
from ..problems import CannotBeTakenBack, EditedAfterFiling, NoSuchQuestion, NothingToClean
from ..queries import CLEAN, cleanable, said_at, tree_of
from ..registry import intake_called
from ..rules.rewriting import rewritten
from .receiving import ALIVE, Sent, replace

AGENT = "Waystation"


@action(on=Where.SOMEWHERE)
def clean(*, by: Actor, form: Form, question: str, was: str, becomes: str, reason: str = "") -> Cleaning:
    """Let an answer be another one in all submissions of a form that its author may clean."""
    known = [one.path for one in cleanable(form)]
    if question not in known:
        raise NoSuchQuestion(question=question, known=", ".join(known))
    if was == becomes:
        raise NothingToClean
    if form.intake and not intake_called(form.intake).replaces:
        raise EditedAfterFiling
    home = home_scope(by, CLEAN)
    scope = form.scope if covers(home, form.scope) else home
    said = {"question": question, "was": was, "becomes": becomes, "reason": reason}
    return Cleaning.objects.create(form=form, scope=scope, made_by=by, **said)


@action(on="cleaning")
def undo_cleaning(*, by: Actor, cleaning: Cleaning) -> Cleaning:
    """Let submissions say again what they said before, but those that were edited since."""
    done = Cleaning.objects.filter(pk=cleaning.pk, state=Cleaning.State.DONE)
    if not done.update(state=Cleaning.State.TAKING_BACK, undone_by=by):
        raise CannotBeTakenBack
    return cleaning


@action(on="submissions")
def change_answers(*, by: Actor, cleaning: Cleaning, submissions: list[Submission]) -> Cleaning:
    """Change some submissions in the name of who asked for it; those that say something else by now stay as they are.

    So do those whose XML does not have the question in one place, as an older version of the form may not.
    """
    for submission in _locked(submissions, [Submission.State.FILED]):
        if said_at(tree_of(submission), cleaning.question) != cleaning.was:
            continue
        after = f"uuid:{uuid4()}"
        xml = rewritten(bytes(submission.body), {cleaning.question: cleaning.becomes}, instance=after)
        if xml is not None:
            before = submission.current or submission.instance
            replace(submission, Sent(cleaning.made_by, xml, agent=AGENT))
            Cleaned.objects.create(cleaning=cleaning, submission=submission, before=before, after=after)
    return cleaning


@action(on="submissions")
def give_answers_back(*, by: Actor, cleaning: Cleaning, submissions: list[Submission]) -> Cleaning:
    """Let some submissions say what they said before; those that were edited since stay as they are."""
    changed = {one.submission_id: one for one in cleaning.cleaned.filter(submission__in=submissions, undone=False)}
    for submission in _locked(submissions, ALIVE):
        one = changed.get(submission.pk)
        if one is None or submission.current != one.after:
            continue
        body = Edition.objects.values_list("body", flat=True).get(submission=submission, instance=one.before)
        xml = rewritten(bytes(body), {}, instance=f"uuid:{uuid4()}")
        if xml is not None:
            replace(submission, Sent(cleaning.undone_by or cleaning.made_by, xml, agent=AGENT))
            one.undone = True
            one.save(update_fields=["undone"])
    return cleaning


@action(on="cleaning")
def end_cleaning(*, by: Actor, cleaning: Cleaning, left: int) -> Cleaning:
    """Note that all of it is done, and in how many submissions it could not be."""
    undoing = cleaning.state == Cleaning.State.TAKING_BACK
    cleaning.state = Cleaning.State.TAKEN_BACK if undoing else Cleaning.State.DONE
    cleaning.left = left
    cleaning.save(update_fields=["state", "left"])
    return cleaning


def _locked(submissions: list[Submission], states: list[Submission.State]) -> list[Submission]:
    """Those of some that are in one of these states, whose rows nobody else can change until we are done."""
    numbers = [one.pk for one in submissions]
    listed = Submission.objects.select_for_update(of=("self",)).filter(pk__in=numbers, state__in=states, is_listed=True)
    return list(listed.select_related("form", "draft", "actor").order_by("pk"))
