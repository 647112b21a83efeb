"""Problems of collecting."""

from waystation.kernel.problems import Conflict, Invalid, NotFound, TooLarge, _


class AnswerMissing(Invalid):
    """A question that must be answered and is not."""

    message = _("{question} is empty.")
    remedy = _("Fill in {question}.")


class FormNotReadable(Invalid):
    """An XLSForm that cannot be converted."""

    message = _("{name} is not a working XLSForm: {reason}")
    remedy = _("Mend the form at the place named, then upload it again.")


class NoSuchIntake(NotFound):
    """No app takes in answers under this name."""

    message = _("Nothing takes in answers called {intake}.")
    remedy = _("Use one of: {known}.")


class NotASheet(Invalid):
    """A file whose name ends in no format that is read."""

    message = _("{file} is not a file that can be loaded.")
    remedy = _("Load a file that ends in one of: {known}.")


class NoSuchForm(NotFound):
    """No open form has this name."""

    message = _("No open form is called {form}.")
    remedy = _("Fetch the list of forms again on the phone.")


class NoSuchSubmission(NotFound):
    """A submission that is not there, or not for this reader."""

    message = _("There is no submission {submission} that you may see.")
    remedy = _("Go back to the tray.")


class OtherContent(Conflict):
    """The same instance was sent before with other answers. Both are kept."""

    message = _("Submission {instance} was already received with other answers. Both are kept.")
    remedy = _("Tell the office, which decides between them, or send it as an edit of {instance}.")


class NoFormPart(Invalid):
    """A phone's request without the filled form."""

    message = _("The request holds no part called xml_submission_file.")
    remedy = _("Send the form again from the phone.")


class TooMuchAtOnce(TooLarge):
    """A request larger than is taken in at once."""

    message = _("{size} bytes were sent; at most {limit} are taken in at once.")
    remedy = _("Send fewer or smaller files at a time.")


class VersionTaken(Conflict):
    """Another form under a version that is already published."""

    message = _("Version {version} of {form} is already published with other questions.")
    remedy = _("Give the form a new version in its settings sheet.")


class QuestionsMissing(Invalid):
    """A form that names an intake but leaves out what the intake needs."""

    message = _("The form feeds {intake} but lacks its questions {questions}.")
    remedy = _("Keep these question names; labels, order and further questions are yours.")


class BadMapping(Invalid):
    """A mapping that does not fit the form or the sheet."""

    message = _("The mapping cannot be used: {reason}.")
    remedy = _("Mend the mapping, then load the sheet again.")


class NoSuchColumn(Invalid):
    """A mapping that names a column the sheet does not have."""

    message = _("The sheet has no column {column}.")
    remedy = _("Use one of its headings: {known}.")


class NothingAnswered(Invalid):
    """A sheet none of whose columns answers a question."""

    message = _("None of the headings of the sheet is a question of {intake}.")
    remedy = _("Name the columns {questions}, or give a mapping.")


class TotalRowLeftOut(Invalid):
    """A row that sums up others; counting it would count everybody twice."""

    message = _("The row of totals “{words}” was left out.")
    remedy = _("Nothing need be done: totals are worked out anew.")


class SheetEmpty(Invalid):
    """A sheet without a single row to file."""

    message = _("The sheet holds no rows under its heading.")
    remedy = _("Check which sheet and which heading row were named.")


class AlreadyFiled(Conflict):
    """Mending a submission that is already in the registers."""

    message = _("This submission is already filed.")
    remedy = _("Send a corrected form instead.")


class NoSuchQuestion(NotFound):
    """A correction of a question that the form does not ask."""

    message = _("The form has no question {question}.")
    remedy = _("Choose one of: {known}.")


class AnotherStands(Conflict):
    """Filing one of two contents of the same instance while the other one stands."""

    message = _("Other content of {instance} is filed or waiting to be.")
    remedy = _("Set the other one aside first, if it is the wrong one.")
