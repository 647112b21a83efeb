"""Problems of collecting."""

from waystation.kernel.problems import Conflict, Invalid, NotFound, TooLarge, Unavailable, _


class AnswerMissing(Invalid):
    """A question that must be answered and is not."""

    message = _("{question} is empty.")
    remedy = _("Fill in {question}.")


class FormNotReadable(Invalid):
    """An XLSForm that cannot be converted."""

    message = _("The XLSForm does not work: {reason}")
    remedy = _("Mend the form at the place named, then upload it again.")


class NotAForm(Invalid):
    """A file that is no XLSForm at all."""

    message = _("The file is not an XLSForm.")
    remedy = _("Give a workbook with the sheets survey, choices and settings, or a Markdown table of them.")


class NoSuchIntake(NotFound):
    """No app takes in answers under this name."""

    message = _("Nothing takes in answers called {intake}.")
    remedy = _("Use one of: {known}.")


class NotASheet(Invalid):
    """A file whose name ends in no format that is read."""

    message = _("{file} is not a file that can be loaded.")
    remedy = _("Load a file that ends in one of: {known}.")


class NoSuchProject(NotFound):
    """No project has this number."""

    message = _("There is no project {project}.")
    remedy = _("Look for it in the list of projects.")


class ProjectNeedsName(Invalid):
    """A project without a name."""

    message = _("The project has no name.")
    remedy = _("Give it one.")


class ProjectTaken(Conflict):
    """A project of that name is there."""

    message = _("There is already a project called {name}.")
    remedy = _("Choose another name.")


class FormTaken(Conflict):
    """A form of that name is in the project."""

    message = _("There is already a form called {form} in this project.")
    remedy = _("Upload it as a new version of {form}, or give it another form_id.")


class FormClosed(Conflict):
    """A submission to a form that takes none any more."""

    message = _("The form {form} is closed and takes no submissions any more.")
    remedy = _("Keep what was filled in, and ask the office to open the form again.")


class NoSuchFormState(Invalid):
    """A state that no form can be in."""

    message = _("A form cannot be {state}.")
    remedy = _("Choose one of: {known}.")


class NoDraft(NotFound):
    """A form without a draft."""

    message = _("The form {form} has no draft.")
    remedy = _("Upload one first.")


class OtherForm(Invalid):
    """A draft whose form_id is that of another form."""

    message = _("This is the form {other}, not {form}.")
    remedy = _("Write {form} as form_id into its settings sheet, or upload it as a form of its own.")


class NoSuchFormFile(NotFound):
    """A file that the form does not ask for."""

    message = _("The form {form} asks for no file called {file}.")
    remedy = _("Name the file as it is written in the form.")


class NoSuchInstance(NotFound):
    """No submission has this id."""

    message = _("There is no submission {instance} of this form.")
    remedy = _("Look for it in the list of submissions.")


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


class NoSuchTable(NotFound):
    """A table that a form does not have."""

    message = _("The form has no table {table}.")
    remedy = _("Choose one of: {known}.")


class FormWarnings(Invalid):
    """A form that works, and about which its converter has doubts."""

    message = _("The form works, but there are doubts: {doubts}")
    remedy = _("Mend the form, or upload it again with ignoreWarnings=true.")


class NotForForms(Invalid):
    """Giving a right over one form that lies in a place like others."""

    message = _("The form {form} lies in a place and not in a project of its own.")
    remedy = _("Grant the role over the place instead.")


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


class NoSuchForm(NotFound):
    """No open form has this name."""

    message = _("No open form is called {form}.")
    remedy = _("Fetch the list of forms again on the phone.")


class NoSuchVersion(NotFound):
    """A version of a form that is not there, or not for this reader."""

    message = _("There is no version {version} of a form that you may see.")
    remedy = _("Go back to the list of forms.")


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


class NotUtf8(Invalid):
    """A text file in an encoding that is not said; guessing would spoil names."""

    message = _("Row {row} holds signs that are not UTF-8.")
    remedy = _("Save the file as “CSV UTF-8”, or load the workbook itself.")


class BrokenRow(Invalid):
    """A row of a text file whose quotation marks do not close."""

    message = _("The quotation marks of this row do not fit, or one never closes.")
    remedy = _("Mend them, or load the workbook itself.")


class RaggedRow(Invalid):
    """A row with more or fewer cells than the heading."""

    message = _("The row has {found} cells; the heading has {expected}.")
    remedy = _("Put texts that hold the separator in quotation marks, or load the workbook itself.")


class NoHeadingRow(Invalid):
    """A heading looked for where the table has ended, or where nothing is written."""

    message = _("Row {row} holds no heading.")
    remedy = _("Name the row that the heading stands in, counted from 1.")


class NotASpreadsheet(Invalid):
    """A file that its name calls a workbook and that is none, or is broken."""

    message = _("The file cannot be read as a workbook.")
    remedy = _("Open it in a spreadsheet program and save it anew as .xlsx.")


class NoSuchSheet(Invalid):
    """A sheet that the workbook does not have."""

    message = _("The workbook has no sheet “{sheet}”.")
    remedy = _("Name one of: {known}.")


class PasswordProtected(Invalid):
    """A workbook that opens only with a password."""

    message = _("The workbook is protected by a password.")
    remedy = _("Save it without a password, and load it again.")


class SheetTooLarge(TooLarge):
    """A file that would fill the memory, by its size or by what it unpacks to."""

    message = _("The file holds more than is read at once: {found}, where at most {most} is.")
    remedy = _("Divide it, and delete empty rows and columns far from the table.")


class NotGeoJson(Invalid):
    """A file that is no collection of features."""

    message = _("The file is not a GeoJSON collection of features.")
    remedy = _("Save the layer as GeoJSON, in WGS 84, with its attributes.")


class NotAFeature(Invalid):
    """A member of a collection that is no feature."""

    message = _("Feature {number} has no attributes or no geometry.")
    remedy = _("Save the layer anew as GeoJSON.")


class OtherProjection(Invalid):
    """Coordinates that are not degrees of the globe."""

    message = _("The layer is in {crs}, not in WGS 84.")
    remedy = _("Save it in WGS 84 (EPSG:4326).")


class RowAnswersNothing(Invalid):
    """A row under the table, such as a note, with nothing in any column that answers a question."""

    message = _("The row “{words}” answers no question and was left out.")
    remedy = _("Nothing need be done if it is a note.")


class MappingNotReadable(Invalid):
    """A mapping that is no YAML, or YAML of a kind that no mapping needs."""

    message = _("The mapping is not readable YAML: it breaks at line {line}.")
    remedy = _("Mend that line; a text with a colon or a hash sign in it goes in quotation marks.")


class NoSuchMappingPart(Invalid):
    """A mapping with a part that nobody reads, such as a mistyped one."""

    message = _("No part of a mapping is called {part}.")
    remedy = _("Use one of: {known}.")


class WrongMappingPart(Invalid):
    """A part of a mapping that is a list or a text where names and values belong, or the other way round."""

    message = _("The part {part} of the mapping cannot be used as it stands.")
    remedy = _("Write it in this shape: {example}.")


class MappingForOther(Invalid):
    """A mapping of one intake, loaded as another."""

    message = _("The mapping is for {intake}, but {chosen} was chosen.")
    remedy = _("Choose {intake}, or another mapping.")


class NothingChosen(Invalid):
    """A sheet of which nobody said what it is."""

    message = _("Nobody said what this sheet is.")
    remedy = _("Choose what it is, or give a mapping that says so.")
