"""Problems with answers."""

from waystation.kernel.problems import Invalid, _


class AnswerMissing(Invalid):
    """A question that must be answered and is not."""

    message = _("{question} is empty.")
    remedy = _("Fill in {question}.")


class AnswerLeftOut(Invalid):
    """A doubt: the form requires an answer that is not there."""

    message = _("The form requires an answer here, and there is none.")
    remedy = _("Ask the person who filled it in.")


class AnswerNotAllowed(Invalid):
    """A doubt: an answer breaks the form's own condition."""

    message = _("The answer breaks a condition of the form. {says}")
    remedy = _("Ask the person who filled it in, and correct the answer.")


class AnswerNotAsked(Invalid):
    """A doubt: a question is answered that the form would not have asked."""

    message = _("The form would not have asked this, and yet it is answered.")
    remedy = _("Check the answer to the question on which this one depends.")


class AnswerOfAnotherKind(Invalid):
    """A doubt: an answer is not of the type that the form asks for."""

    message = _("The answer is not of the kind that the form asks for.")
    remedy = _("Correct it, or leave it out.")


class NotAmongChoices(Invalid):
    """A doubt: an answer is none of the form's choices."""

    message = _("The answer is none of the choices of the form.")
    remedy = _("Correct it, or check whether the phone had an older version of the form.")


class OtherNumberOfRepeats(Invalid):
    """A doubt: a group was repeated more or less often than the form says."""

    message = _("This was repeated more or less often than the form says.")
    remedy = _("Check the number on which it depends.")


class NotANumber(Invalid):
    """A text where a number is asked for."""

    message = _("{question}: “{word}” is not a number.")
    remedy = _("Write digits only, such as 1475; leave it empty where the number is not known.")


class NotWhole(Invalid):
    """A fraction where people or things are counted."""

    message = _("{question}: “{word}” is not a whole number.")
    remedy = _("Write a whole number, and check that the right column was taken.")


class NegativeCount(Invalid):
    """Fewer than none."""

    message = _("{question}: “{word}” is less than zero, which people and things cannot be.")
    remedy = _("Write the number without its sign if that is what was counted.")


class CountTooLarge(Invalid):
    """More people than there are."""

    message = _("{question}: “{word}” is more than the {most} that can be counted.")
    remedy = _("Check the number, and that no telephone number or code stands in its place.")


class AmbiguousNumber(Invalid):
    """A number whose point or comma can part thousands as well as decimals."""

    message = _("{question}: “{word}” can be {plain} as well as {point}.")
    remedy = _("Write {plain} or {point}: with no sign between thousands, and a point before decimals.")


class NotADate(Invalid):
    """A text that names no day of the calendar."""

    message = _("{question}: “{word}” is not a date.")
    remedy = _("Write year, month and day, such as 2021-03-12.")


class AmbiguousDate(Invalid):
    """A day that one reader takes for another, depending on whether the day or the month comes first."""

    message = _("{question}: “{word}” can be {first} as well as {second}.")
    remedy = _("Write the year first: {first} or {second}.")


class YearTooShort(Invalid):
    """A date whose year has two digits."""

    message = _("{question}: “{word}” leaves open what the year is.")
    remedy = _("Write year, month and day, such as 2021-03-12.")


class NotAChoice(Invalid):
    """A word that stands for none of the choices."""

    message = _("{question}: “{word}” is none of the choices.")
    remedy = _("Write one of: {known}.")


class NotYesOrNo(Invalid):
    """A word that is neither yes nor no."""

    message = _("“{word}” is neither yes nor no.")
    remedy = _("Write yes or no, or leave it empty where it is not known.")
