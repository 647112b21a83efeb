"""Problems with what programs ask for."""

from waystation.kernel.problems import Invalid, NotFound, _


class WordMissing(Invalid):
    """A request that lacks what it is about."""

    message = _("The request does not say {word}.")
    remedy = _("Add {word} to it.")


class NotJson(Invalid):
    """A request whose body cannot be read as JSON."""

    message = _("The body of the request is not JSON.")
    remedy = _("Send a JSON object.")


class NotAskedThatWay(Invalid):
    """A question to a table that it does not understand."""

    message = _("{option} is not understood here: {word}")
    remedy = _("See the description of this endpoint for what it understands.")


class NoSuchTable(NotFound):
    """A table that a form does not have."""

    message = _("The form has no table {table}.")
    remedy = _("Choose one of: {known}.")


class WrongWord(Invalid):
    """A part of a request that is not what it must be."""

    message = _("{name} cannot be {word}.")
    remedy = _("See the description of this endpoint for what {name} may be.")
