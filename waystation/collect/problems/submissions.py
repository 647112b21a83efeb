"""Problems with what is sent, and with what becomes of it."""

from waystation.kernel.problems import Conflict, Invalid, NotFound, TooLarge, Unavailable, _


class NoSuchInstance(NotFound):
    """No submission has this id."""

    message = _("There is no submission {instance} of this form.")
    remedy = _("Look for it in the list of submissions.")


class NothingToEdit(NotFound):
    """An edit of a submission that never came."""

    message = _("There is no submission {instance} to edit.")
    remedy = _("Send the first one before its edits.")


class EditOfOldEdition(Conflict):
    """An edit of a content that was edited meanwhile."""

    message = _("Submission {instance} was edited by somebody else meanwhile.")
    remedy = _("Fetch it again and edit what it says now.")


class EditedAfterFiling(Conflict):
    """An edit of a submission whose records cannot be made anew."""

    message = _("This was edited after it was filed. What was recorded of it stays as it was.")
    remedy = _("Correct the record itself, then set this edit aside.")


class NoSuchReview(Invalid):
    """A review state that does not exist."""

    message = _("A submission cannot be {state}.")
    remedy = _("Choose one of: {known}.")


class NothingSaid(Invalid):
    """A comment without words."""

    message = _("The comment is empty.")
    remedy = _("Write what there is to say.")


class NotDeleted(Conflict):
    """Bringing back what is there."""

    message = _("Submission {instance} was not deleted.")
    remedy = _("There is nothing to bring back.")


class NoSuchFile(NotFound):
    """A file that did not come with a submission, or that the folder of files has lost."""

    message = _("{file} is not among the files of this submission.")
    remedy = _("Choose one of the files listed; if it is listed, restore it from a backup.")


class NoSuchSubmission(NotFound):
    """A submission that is not there, or not for this reader."""

    message = _("There is no submission {submission} that you may see.")
    remedy = _("Go back to the tray.")


class OtherContent(Conflict):
    """The same instance was sent before with other answers. Both are kept."""

    message = _("Submission {instance} was already received with other answers. Both are kept.")
    remedy = _("Tell the office, which decides between them, or send it as an edit of {instance}.")


class NoFormPart(Invalid):
    """A phone's request without the filled form, or with several."""

    message = _("The request must hold one part called xml_submission_file, as a file.")
    remedy = _("Send the form again from the phone.")


class NameTooLong(Invalid):
    """A submission whose names no phone writes so long."""

    message = _("The {part} of the submission is longer than {most} signs.")
    remedy = _("Send the form as the phone wrote it.")


class NotKept(Unavailable):
    """A file that the disk did not take."""

    message = _("The file could not be kept: {reason}.")
    remedy = _("Send it again later; whoever runs the server looks whether its disk is full.")


class TooMuchAtOnce(TooLarge):
    """A request larger than is taken in at once."""

    message = _("{size} bytes were sent; at most {limit} are taken in at once.")
    remedy = _("Send fewer or smaller files at a time.")


class AlreadyFiled(Conflict):
    """Mending a submission that is already in the registers."""

    message = _("This submission is already filed.")
    remedy = _("Send a corrected form instead.")


class NoSuchQuestion(NotFound):
    """A correction of a question that the form does not ask."""

    message = _("The form has no question {question}.")
    remedy = _("Choose one of: {known}.")


class NothingToClean(Invalid):
    """A cleaning that changes an answer into itself."""

    message = _("The new answer is the same as the old one.")
    remedy = _("Give another one.")


class NoSuchCleaning(NotFound):
    """A cleaning that is not there."""

    message = _("There is no such change of answers.")
    remedy = _("Choose one from the list of changes.")


class CannotBeTakenBack(Conflict):
    """Taking a cleaning back while it is under way, or twice."""

    message = _("This change is still being made, or was taken back already.")
    remedy = _("Look at the list of changes again in a minute.")


class AnotherStands(Conflict):
    """Filing one of two contents of the same instance while the other one stands."""

    message = _("Other content of {instance} is filed or waiting to be.")
    remedy = _("Set the other one aside first, if it is the wrong one.")


class NotXml(Invalid):
    """A submission that is not readable XML."""

    message = _("The submission is not readable XML: it breaks at line {line}, sign {column}.")
    remedy = _("Send the form again from the phone.")


class DangerousXml(Invalid):
    """A submission with a document type or entities, which no phone sends and which can be made to do harm."""

    message = _("The submission holds a document type declaration or entities, which are not taken in.")
    remedy = _("Send the form as the phone wrote it.")


class FormTooLarge(TooLarge):
    """A filled form nested deeper, or of more parts, than any form that people fill in."""

    message = _("The submission is nested more than {depth} deep or has more than {nodes} parts.")
    remedy = _("Divide the form, or send its repeated groups as forms of their own.")


class NoFormId(Invalid):
    """A submission that does not say which form it fills in."""

    message = _("The submission does not say which form it is.")
    remedy = _("Send the form as the phone wrote it, with the attribute id at its outermost part.")


class SameAnswers(Conflict):
    """A submission that says what another one says, under another id."""

    message = _("Every answer is the same as in submission {other}.")
    remedy = _("Find out whether it was sent twice, and reject one of the two.")


class NearlySameAnswers(Conflict):
    """A submission that says nearly what another one of its sender says."""

    message = _("{percent} % of the answers are the same as in submission {other} of the same sender.")
    remedy = _("Compare the two, and talk with whoever sent them.")
