"""Problems with sheets, and with how their columns are to be read."""

from waystation.kernel.problems import Invalid, TooLarge, _


class NotASheet(Invalid):
    """A file whose name ends in no format that is read."""

    message = _("{file} is not a file that can be loaded.")
    remedy = _("Load a file that ends in one of: {known}.")


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
