"""What people decide about submissions, and what they say to it."""

from __future__ import annotations

from django.utils.timezone import now

from waystation.access.action import action
from waystation.access.models import Actor

from ..models import Comment, Submission
from ..problems import NoSuchReview, NotDeleted, NothingSaid
from .webhooks import tell_of_submissions


@action(on="submission")
def review(*, by: Actor, submission: Submission, state: str) -> Submission:
    """Say what a submission is worth: approved, hasIssues, rejected; or nothing yet."""
    if state and state not in Submission.Review.values:
        raise NoSuchReview(state=state, known=", ".join(Submission.Review.values))
    submission.review, submission.updated_at = state, now()
    submission.save(update_fields=["review", "updated_at"])
    tell_of_submissions("submission.review", [submission])
    return submission


@action(on="submission")
def comment(*, by: Actor, submission: Submission, body: str) -> Comment:
    """Say something to a submission, such as why it was rejected."""
    if not body.strip():
        raise NothingSaid
    return Comment.objects.create(submission=submission, actor=by, body=body)


@action(on="submission")
def delete(*, by: Actor, submission: Submission) -> Submission:
    """Take a submission away from tables and exports. It is kept, and can be brought back."""
    submission.deleted_at, submission.is_listed = now(), False
    submission.save(update_fields=["deleted_at", "is_listed"])
    tell_of_submissions("submission.delete", [submission])
    return submission


@action(on="submission")
def restore(*, by: Actor, submission: Submission) -> Submission:
    """Bring a deleted submission back."""
    if submission.deleted_at is None:
        raise NotDeleted(instance=submission.instance)
    submission.deleted_at, submission.is_listed = None, True
    submission.save(update_fields=["deleted_at", "is_listed"])
    tell_of_submissions("submission.restore", [submission])
    return submission
