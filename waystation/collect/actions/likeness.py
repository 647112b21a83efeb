"""Noticing that one interview came twice, or was copied and changed a little."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from waystation.kernel.problems import Problem

from ..models import Submission
from ..problems import NearlySameAnswers, SameAnswers
from ..rules.likeness import Answers, answers_in, fingerprint, most_alike

LOOKED_BACK = 50
"""How many of a sender's submissions a new one is compared with: a day's work of an enumerator, and more."""


def likenesses(submissions: Sequence[Submission], trees: Mapping[int, Any]) -> dict[int, Problem]:
    """Of some new submissions those that say the same as another one, or nearly; and note what each says in short.

    The same answers are looked for among all of the form, nearly the same ones among the latest of the same sender.
    """
    answers = {one.pk: answers_in(trees[one.pk]) for one in submissions if one.pk in trees}
    for one in submissions:
        one.fingerprint = fingerprint(answers[one.pk]) if one.pk in answers else ""
    same = _same(submissions)
    found: dict[int, Problem] = {}
    for (form_id, actor), those in _by_sender(one for one in submissions if one.fingerprint).items():
        before = _latest(form_id, actor, before=those[0].pk)
        for one in those:
            if one.pk in same:
                found[one.pk] = SameAnswers(other=same[one.pk])
            elif alike := most_alike(answers[one.pk], before):
                found[one.pk] = NearlySameAnswers(other=alike[0], percent=int(alike[1] * 100))
            before.append((one.pk, answers[one.pk]))
    return found


def _same(submissions: Sequence[Submission]) -> dict[int, int]:
    """By number, the earliest other submission of the same form that says the same."""
    prints = {one.fingerprint for one in submissions} - {""}
    if not prints:
        return {}
    forms = {one.form_id for one in submissions}
    rows = Submission.objects.filter(form__in=forms, fingerprint__in=prints, is_listed=True).exclude(fingerprint="")
    known = [(one.pk, one.form_id, one.fingerprint) for one in [*rows.only("pk", "form", "fingerprint"), *submissions]]
    earliest: dict[tuple[int, str], int] = {}
    for number, form, words in sorted(known, reverse=True):
        earliest[form, words] = number
    first = {one.pk: earliest.get((one.form_id, one.fingerprint), one.pk) for one in submissions if one.fingerprint}
    return {number: other for number, other in first.items() if other != number}


def _by_sender(submissions: Iterable[Submission]) -> dict[tuple[int, int], list[Submission]]:
    grouped: dict[tuple[int, int], list[Submission]] = defaultdict(list)
    for one in submissions:
        grouped[one.form_id, one.actor_id].append(one)
    return grouped


def _latest(form: int, actor: int, *, before: int) -> list[tuple[int, Answers]]:
    """The latest submissions of a sender for a form, with their answers."""
    rows = Submission.objects.filter(form=form, actor=actor, is_listed=True, pk__lt=before).order_by("-pk")
    latest = rows.values_list("pk", "answers")[:LOOKED_BACK]
    return [(number, answers_in(orjson.loads(text))) for number, text in latest if text]
