"""Problems of tracking."""

from waystation.kernel.problems import Conflict, Invalid, NotFound, _


class NoSuchOperation(NotFound):
    """An operation that is not there, or not for this reader."""

    message = _("There is no operation called {operation}.")
    remedy = _("Correct the code, or open the operation first.")


class NoSuchRound(NotFound):
    """A round that was not planned."""

    message = _("{operation} has no round {number}.")
    remedy = _("Plan the round first, or correct its number.")


class UnknownRound(NotFound):
    """A round's code that leads nowhere, or not for this reader."""

    message = _("No round has the code {code}.")
    remedy = _("Choose one from the list of rounds.")


class WhichOperation(Invalid):
    """A figure asked of a place where several operations run, without saying which."""

    message = _("Several operations run here: {known}.")
    remedy = _("Say which one: operation=CODE. Rounds of different operations are never added up.")


class OperationTaken(Conflict):
    """A code that another operation has."""

    message = _("An operation is already called {operation}.")
    remedy = _("Choose another code.")


class RoundTaken(Conflict):
    """A round number that is planned already."""

    message = _("{operation} already has a round {number}.")
    remedy = _("Choose the next number.")


class AlreadyAssessed(Conflict):
    """A second, different assessment of the same site in the same round."""

    message = _("{site} is already recorded in round {number} with other figures: {before} people, now {after}.")
    remedy = _("Find out which is right. If it is the new one, ask the office to correct the record.")


class TwiceInOneSheet(Invalid):
    """The same site twice in what was sent."""

    message = _("{site} stands in this sheet twice for round {number}.")
    remedy = _("Keep one of the two rows.")


class NotAssessedYetCounted(Invalid):
    """People counted at a site that nobody could assess."""

    message = _("{site} was not assessed, but people are counted there.")
    remedy = _("Leave the counts empty, or record the site as assessed. Not assessed is not zero.")


class NothingCounted(Invalid):
    """A site assessed, but without a number."""

    message = _("{site} was assessed, but no number of people is given.")
    remedy = _("Give the number of people; 0 when none live there. If nobody could say, record it as not assessed.")


class PeopleWithoutHouseholds(Invalid):
    """More households than people."""

    message = _("{site} has {households} households but {individuals} people.")
    remedy = _("Check whether the two numbers were swapped.")


class OddHouseholdSize(Invalid):
    """A household size outside what is usual; recorded, and worth a look."""

    message = _("{site} has {size} people a household.")
    remedy = _("Check both numbers; between 1 and 15 is usual.")


class DayOutsideRound(Invalid):
    """A visit before the round began or after it ended; recorded, and worth a look."""

    message = _("{day} lies outside round {number}, which ran from {starts} to {ends}.")
    remedy = _("Check the day and the number of the round.")


class DayToCome(Invalid):
    """A visit that has not happened yet."""

    message = _("{day} is still to come.")
    remedy = _("Correct the day of the visit.")


class NoRoundBefore(NotFound):
    """A change asked of an operation with a single round."""

    message = _("{operation} has no round before round {number} to compare with.")
    remedy = _("Load an earlier round, or name the round to compare with.")


class TotalsDiffer(Invalid):
    """A total that was reported for an area and is not the sum of its locations."""

    message = _("{area} was reported with {reported} people; its locations add up to {counted}.")
    remedy = _("Find the location that is missing, doubled or mistyped before you publish.")


class OperationNeedsName(Invalid):
    """An operation without a name."""

    message = _("The operation {operation} needs a name.")
    remedy = _("Give the name by which people know it.")
