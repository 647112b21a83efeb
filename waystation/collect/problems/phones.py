"""Problems with public links."""

from waystation.kernel.problems import Conflict, Forbidden, NotFound, _


class NoSuchLink(NotFound):
    """A public link that a form does not have."""

    message = _("The form has no such link.")
    remedy = _("Look at the form's list of links.")


class NotThatForm(Forbidden):
    """A public link, used for another form than its own."""

    message = _("This link is for another form.")
    remedy = _("Open the link again, and send that form.")


class LinkUsed(Conflict):
    """A link for one submission, used a second time."""

    message = _("This link took the one submission that it was for.")
    remedy = _("Ask whoever gave you the link for another one.")
