"""Problems with entities and their lists."""

from waystation.kernel.problems import Conflict, Invalid, NotFound, _


class NoSuchList(NotFound):
    """A list of entities that is not there, or that one may not see."""

    message = _("There is no entity list {list}.")
    remedy = _("Look at the project's entity lists, or publish the form that makes it.")


class NoSuchEntity(NotFound):
    """An entity that is not in a list."""

    message = _("The list {list} has no entity {id}.")
    remedy = _("Check the id. Where it was deleted, bring it back first.")


class ListTaken(Conflict):
    """A second list of one name."""

    message = _("The project has an entity list {list} already.")
    remedy = _("Use that one, or choose another name.")


class PropertyTaken(Conflict):
    """A second property of one name."""

    message = _("The list {list} has the property {name} already.")
    remedy = _("Use that one, or choose another name.")


class EntityTaken(Conflict):
    """A second entity under one id."""

    message = _("The list {list} has an entity {id} already.")
    remedy = _("Change that one, or give the new one an id of its own.")


class EntityChanged(Conflict):
    """A change of a version that is not the latest."""

    message = _("You changed version {base} of {id}, but the latest is {version}.")
    remedy = _("Fetch it again and make the change anew, or force it.")


class NoBase(Invalid):
    """A change that does not say which version it changes."""

    message = _("The change does not say which version of the entity it was made of.")
    remedy = _("Give baseVersion, the version you have before you, or force=true.")


class NoSuchBase(NotFound):
    """A change of a version that never was."""

    message = _("The entity {id} of the list {list} has no version {base}.")
    remedy = _("Fetch the list again on the phone; what was sent is kept as it came.")


class BadListName(Invalid):
    """A name that no list may have."""

    message = _("{name} cannot be the name of an entity list.")
    remedy = _("Begin with a letter; use letters, digits, underscores and hyphens, no blanks and no points.")


class BadPropertyName(Invalid):
    """A name that no property may have."""

    message = _("{name} cannot be the name of a property.")
    remedy = _("Begin with a letter; use letters, digits, underscores, points and hyphens. Not: name, label, __….")


class BadEntityId(Invalid):
    """An id that is no UUID."""

    message = _("{id} is not a UUID.")
    remedy = _("Let the form make the id with uuid(), or leave it out.")


class NoSuchProperty(Invalid):
    """A value for a property that a list does not have."""

    message = _("The list {list} has no property {name}.")
    remedy = _("Add the property to the list first.")


class NotOfItsKind(Invalid):
    """A value that does not fit the type of its property."""

    message = _("{value} is not a value of the property {name}, whose type is {kind}.")
    remedy = _("Mend the value.")


class EntityNeedsLabel(Invalid):
    """An entity without a label."""

    message = _("The entity has no label.")
    remedy = _("Give it a label: it is what people choose it by on the phone.")


class NotAWord(Invalid):
    """A value that is not a text."""

    message = _("The value of {name} is not a text.")
    remedy = _("Send every value as a text.")


class EntityConflict(Invalid):
    """A change that met another one."""

    message = _("Two people changed {label} in the list {list} at the same time.")
    remedy = _("Compare the two versions and settle what is true.")
