"""Writes of collect."""

from ..problems import AlreadyFiled
from .filing import correct, file, hold, refile, set_aside
from .forms import (
    abandon_draft,
    clear_form_file,
    create_form,
    delete_form,
    draft_form,
    keep_form_file,
    publish_draft,
    publish_form,
    restore_form,
    set_form_state,
)
from .projects import change_project, create_project, delete_project
from .receiving import KeptFile, Sent, add_file, keep_files, receive, receive_sheet
from .reviewing import comment, delete, restore, review

__all__ = [
    "AlreadyFiled",
    "KeptFile",
    "Sent",
    "abandon_draft",
    "add_file",
    "change_project",
    "clear_form_file",
    "comment",
    "correct",
    "create_form",
    "create_project",
    "delete",
    "delete_form",
    "delete_project",
    "draft_form",
    "file",
    "hold",
    "keep_files",
    "keep_form_file",
    "publish_draft",
    "publish_form",
    "receive",
    "receive_sheet",
    "refile",
    "restore",
    "restore_form",
    "review",
    "set_aside",
    "set_form_state",
]
