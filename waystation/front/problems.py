"""Problems of the front desk."""

from waystation.kernel.problems import Conflict, Invalid, NotFound, Unavailable, _


class UnknownSetting(Invalid):
    """A WAYSTATION_ variable that no setting declares."""

    message = _("{variable} is not a setting.")
    remedy = _("Remove it, or use one of: {known}.")


class WrongSetting(Invalid):
    """A setting that cannot be read."""

    message = _("{variable} cannot be {word}.")
    remedy = _("See docs/settings.md for what {variable} may hold.")


class NoSuchVerb(NotFound):
    """No action has this name, or none that words can call."""

    message = _("Nothing here can {verb}.")
    remedy = _("See the list of verbs in the catalogue.")


class NoSuchRow(NotFound):
    """A word that names no row."""

    message = _("No {kind} is known as {word}.")
    remedy = _("Correct {word}, or register it first.")


class NotThatKind(Invalid):
    """A word that cannot be read as what was asked for."""

    message = _("{word} is not a {kind}.")
    remedy = _("Give {name} as a {kind}.")


class WrongWords(Invalid):
    """Words missing or left over."""

    message = _("{verb} takes {takes}; given were {given}.")
    remedy = _("Give exactly {takes}.")


class NotJson(Invalid):
    """A request body that should be a JSON object."""

    message = _("The body of the request is not a JSON object.")
    remedy = _("Send one object whose names are the words that the verb takes.")


class NoSuchPage(NotFound):
    """An address that leads nowhere, or to something that the reader may not see."""

    message = _("There is nothing at this address, or nothing that you may see.")
    remedy = _("Go back to the first page, or ask for a role over the place it belongs to.")


class Busy(Unavailable):
    """The database did not answer in time."""

    message = _("The server is busy and could not record this.")
    remedy = _("Try again in a minute; nothing was lost.")


class NotReady(Unavailable):
    """An installation whose database is missing or older than the program."""

    message = _("The database in {where} is not ready.")
    remedy = _("Run waystation init --data {where} first.")


class AlreadyThere(Conflict):
    """A restore into an installation that holds data."""

    message = _("{where} already holds an installation.")
    remedy = _("Restore into an empty folder or an empty database.")


class NotABackup(Invalid):
    """A file that is not a backup of Waystation, or a damaged one."""

    message = _("{file} is not a whole backup: {reason}.")
    remedy = _("Choose a file that waystation backup wrote, and copy it again if it was cut short.")


class NoSuchFile(NotFound):
    """A file that is not there."""

    message = _("There is no file {file}.")
    remedy = _("Check the path.")
