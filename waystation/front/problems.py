"""Problems of the front desk."""

from waystation.kernel.problems import Conflict, Invalid, NotFound, TooLarge, Unavailable, _


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


class WrongMethod(Invalid):
    """An address that is called in a way it does not answer to."""

    message = _("{method} is not answered here, only {allowed}.")
    remedy = _("Look in the documentation for how this address is called.")


class UnknownHost(Invalid):
    """A name under which this server does not answer."""

    message = _("This server does not answer under this name.")
    remedy = _("Call it by its own name, or let whoever runs it add this one to WAYSTATION_HOSTS.")


class NotUnderstood(Invalid):
    """A request that breaks the rules of the web."""

    message = _("The request could not be read.")
    remedy = _("Send it again; if that does not help, show it to whoever wrote the program that sent it.")


class CutShort(Invalid):
    """A request whose end never arrived. What came of it is not kept."""

    message = _("The request ended before all of it had come.")
    remedy = _("Send it again when the network is better.")


class TooManyParts(TooLarge):
    """A request of more files or fields than are taken in at once."""

    message = _("More than {most} files were sent at once.")
    remedy = _("Send fewer files at a time.")


class PartTooLarge(TooLarge):
    """A text in a request that is longer than any text that people write."""

    message = _("The texts of the request hold more than {most} bytes.")
    remedy = _("Send less at a time, and what is large as a file.")


class CannotBeKept(Invalid):
    """A text or number that the database does not hold: too long, too large, or with signs of no script."""

    message = _("A text or number is too long or too large to be kept, or holds signs of no script.")
    remedy = _("Shorten it, and leave out signs that cannot be typed.")


class Contradiction(Conflict):
    """A row that the database refuses beside what it holds, or in itself: an end before a start."""

    message = _("This contradicts what is recorded, or itself.")
    remedy = _("Check the numbers and days, and whether it is recorded already.")


class Busy(Unavailable):
    """The database did not answer in time."""

    message = _("The server is busy and could not record this.")
    remedy = _("Try again in a minute; nothing was lost.")


class NotReady(Unavailable):
    """An installation whose database is missing or older than the program."""

    message = _("The database in {where} is not ready.")
    remedy = _("Run waystation init for the same folder and database first.")


class NoDatabase(Unavailable):
    """A database that does not answer, or not as one."""

    message = _("The database in {where} does not answer: {reason}.")
    remedy = _("See that it runs, and that WAYSTATION_DATABASE, or --data, names it.")


class PortTaken(Conflict):
    """A port that another program listens on, or that only an administrator may use."""

    message = _("Nobody can be answered at {host}:{port}: {reason}.")
    remedy = _("Choose another one with --port, or stop what runs there.")


class CannotUse(Conflict):
    """A file or folder that the system does not let us use."""

    message = _("{file} cannot be read or written: {reason}.")
    remedy = _("Choose another place, look whose it is, or make room.")


class AlreadyThere(Conflict):
    """A restore into an installation that holds data."""

    message = _("{where} already holds an installation.")
    remedy = _("Restore into an empty folder or an empty database.")


class NotABackup(Invalid):
    """A file that is not a backup of Waystation, or a damaged one."""

    message = _("{file} is not a whole backup: {reason}.")
    remedy = _("Choose a file that waystation backup wrote, and copy it again if it was cut short.")


class FileLost(Unavailable):
    """A file that a row names and the disk has lost."""

    message = _("The file {file} is lost, so no whole backup can be written.")
    remedy = _("Copy it back from an earlier backup; waystation check names all that are lost.")


class NoSuchFile(NotFound):
    """A file that is not there."""

    message = _("There is no file {file}.")
    remedy = _("Check the path.")


class OnlyOnLoopback(Invalid):
    """The conformance mode, asked for where others could reach it."""

    message = _("The conformance mode answers only on this machine itself, not at {host}.")
    remedy = _("Leave out --host, or give 127.0.0.1.")


class NotAConformanceFolder(Conflict):
    """The conformance mode, asked for over somebody's data."""

    message = _("{folder} was not made by the conformance mode, which would empty it.")
    remedy = _("Give a folder with --data that does not exist yet, or leave it out; on PostgreSQL, an empty database.")


class FixtureNotReadable(Invalid):
    """A fixture that cannot be read."""

    message = _("The fixture {file} cannot be used: {reason}.")
    remedy = _("Compare it with the example in docs/conformance.md.")
