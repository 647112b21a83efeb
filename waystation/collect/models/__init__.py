"""Rows of collect."""

from .projects import LONGEST_FILE_NAME, LONGEST_VERSION, Form, FormFile, FormVersion, Project
from .submissions import LONGEST_INSTANCE, Attachment, Comment, Correction, Edition, Submission

__all__ = [
    "LONGEST_FILE_NAME",
    "LONGEST_INSTANCE",
    "LONGEST_VERSION",
    "Attachment",
    "Comment",
    "Correction",
    "Edition",
    "Form",
    "FormFile",
    "FormVersion",
    "Project",
    "Submission",
]
