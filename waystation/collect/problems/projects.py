"""Problems with projects and forms."""

from waystation.kernel.problems import Conflict, Invalid, NotFound, _


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


class FormWarnings(Invalid):
    """A form that works, and about which its converter has doubts."""

    message = _("The form works, but there are doubts: {doubts}")
    remedy = _("Mend the form, or upload it again with ignoreWarnings=true.")


class NotForForms(Invalid):
    """Giving a right over one form that lies in a place like others."""

    message = _("The form {form} lies in a place and not in a project of its own.")
    remedy = _("Grant the role over the place instead.")


class NoSuchForm(NotFound):
    """No open form has this name."""

    message = _("No open form is called {form}.")
    remedy = _("Fetch the list of forms again on the phone.")


class NoSuchVersion(NotFound):
    """A version of a form that is not there, or not for this reader."""

    message = _("There is no version {version} of a form that you may see.")
    remedy = _("Go back to the list of forms.")


class VersionTaken(Conflict):
    """Another form under a version that is already published."""

    message = _("Version {version} of {form} is already published with other questions.")
    remedy = _("Give the form a new version in its settings sheet.")


class QuestionsMissing(Invalid):
    """A form that names an intake but leaves out what the intake needs."""

    message = _("The form feeds {intake} but lacks its questions {questions}.")
    remedy = _("Keep these question names; labels, order and further questions are yours.")
