"""Problems of sharing."""

from waystation.kernel.problems import Conflict, Forbidden, Invalid, NotFound, TooLarge, _


class NoSuchFigure(NotFound):
    """No app has laid out this figure."""

    message = _("No figure is called {figure}.")
    remedy = _("Choose one of: {known}.")


class NoSuchFormat(NotFound):
    """No writer has this name."""

    message = _("Figures cannot be written as {format}.")
    remedy = _("Choose one of: {known}.")


class IdentityInside(Forbidden):
    """A figure would read a column that names people."""

    message = _("{table} carries the identifying column {column}, which no figure may read.")
    remedy = _("Read a query without {column}.")


class NotPublished(NotFound):
    """A figure of which the reader may see no publication."""

    message = _("{figure} is not published for you, or not for what you asked.")
    remedy = _("Ask whoever answers for the operation to publish it.")


class NoSuchPublication(NotFound):
    """A publication that is not there, or not for this reader."""

    message = _("There is no publication {number} that you may see.")
    remedy = _("Go back to the list of publications.")


class OwnApproval(Forbidden):
    """Somebody approving what they prepared themselves."""

    message = _("Who prepares a publication cannot approve it too.")
    remedy = _("Ask a colleague who may approve for {scope}.")


class NotGivenOut(Conflict):
    """Withdrawing what is not published."""

    message = _("Publication {number} is not given out, so it cannot be withdrawn.")
    remedy = _("Approve or refuse it instead, if it still waits.")


class AlreadyDecided(Conflict):
    """Approving or refusing what is already decided."""

    message = _("Publication {number} is already decided.")
    remedy = _("Prepare a new publication if the figure has changed.")


class NoSuchParameter(Invalid):
    """A figure asked with a word that it does not know."""

    message = _("{figure} cannot be asked by {word}.")
    remedy = _("Ask it by one of: {known}.")


class NothingToPublish(Invalid):
    """A figure without a single row."""

    message = _("{figure} has no rows for what you asked.")
    remedy = _("Check the round and the place, and that the counts are filed.")


class NoSuchAudience(Invalid):
    """A publication for an audience that is not known."""

    message = _("There is no audience {audience}.")
    remedy = _("Choose one of: {known}.")


class TooLongForASheet(TooLarge):
    """A table with more rows than an Excel sheet can hold."""

    message = _("An Excel sheet holds {most} rows, and this table has more.")
    remedy = _("Ask for it as CSV, or for a smaller area.")
