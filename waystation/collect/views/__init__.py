"""Pages of collect: what came in, the forms that phones fetch, and filling in a form here."""

from .cleaning import cleaning
from .fill import fill_app, fill_file, fill_form, fill_list, fill_page, fill_send, fill_session, fill_worker
from .forms import form_list, load, xform, xlsform
from .link import link, link_file, link_form, link_send, link_session
from .one_form import form, table
from .progress import progress, quality
from .projects import act_on_entity, entity, entity_list, phones, project, projects, shut_out
from .submissions import as_sent, correct, doubts, file, problems, refile, set_aside, submission, submissions, tray

__all__ = [
    "act_on_entity",
    "as_sent",
    "cleaning",
    "correct",
    "doubts",
    "entity",
    "entity_list",
    "file",
    "fill_app",
    "fill_file",
    "fill_form",
    "fill_list",
    "fill_page",
    "fill_send",
    "fill_session",
    "fill_worker",
    "form",
    "form_list",
    "link",
    "link_file",
    "link_form",
    "link_send",
    "link_session",
    "load",
    "phones",
    "problems",
    "progress",
    "project",
    "projects",
    "quality",
    "refile",
    "set_aside",
    "shut_out",
    "submission",
    "submissions",
    "table",
    "tray",
    "xform",
    "xlsform",
]
