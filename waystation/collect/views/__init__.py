"""Pages of collect: what came in, the forms that phones fetch, and filling in a form here."""

from .fill import fill_app, fill_file, fill_form, fill_list, fill_page, fill_send, fill_session, fill_worker
from .forms import form_list, load, xform, xlsform
from .submissions import as_sent, correct, doubts, file, problems, refile, set_aside, submission, submissions, tray

__all__ = [
    "as_sent",
    "correct",
    "doubts",
    "file",
    "fill_app",
    "fill_file",
    "fill_form",
    "fill_list",
    "fill_page",
    "fill_send",
    "fill_session",
    "fill_worker",
    "form_list",
    "load",
    "problems",
    "refile",
    "set_aside",
    "submission",
    "submissions",
    "tray",
    "xform",
    "xlsform",
]
