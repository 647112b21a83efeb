"""Problems of places."""

from waystation.kernel.problems import Conflict, Invalid, NotFound, _


class NoSuchSite(NotFound):
    """A site code that is not in the register, or not for this reader."""

    message = _("No site has the code {code}.")
    remedy = _("Correct the code, or register the site first.")


class NoSuchArea(NotFound):
    """A P-code that is in no release."""

    message = _("No area has the P-code {pcode}.")
    remedy = _("Correct the code, or load the release of areas that holds it.")


class NoSuchParent(Invalid):
    """An area that names a parent which is neither in the list nor known."""

    message = _("{pcode} lies in {parent}, which is neither in this list nor known.")
    remedy = _("Add {parent} to the list, or load the upper levels first.")


class PcodeTwice(Invalid):
    """The same P-code twice in one list."""

    message = _("{pcode} stands in this list twice.")
    remedy = _("Keep one of the two rows.")


class CodeTwice(Conflict):
    """Two sites with the same code of one system."""

    message = _("{system} {code} belongs to another site already.")
    remedy = _("Correct the code; if both are the same place, merge them.")


class NotAPrefix(Invalid):
    """A P-code that does not begin with its parent's; allowed, and worth a look."""

    message = _("{pcode} does not begin with the code of its parent {parent}.")
    remedy = _("Nothing need be done if the release says so.")


class CodeNotInRelease(Invalid):
    """A boundary whose code is in no release; kept, joined to nothing, never guessed."""

    message = _("The boundary {pcode} ({name}) matches no area of the loaded release.")
    remedy = _("Load boundaries of the same release, or a list of areas that holds this code.")


class AreaChangedItsParent(Invalid):
    """An area that a new release puts elsewhere."""

    message = _("{pcode} moves from {before} to {after}.")
    remedy = _("Nothing need be done; its sites and the rights over them move along.")


class NotABoundary(Invalid):
    """A geometry that is no polygon."""

    message = _("The geometry of {pcode} is no polygon.")
    remedy = _("Load boundaries as polygons or multipolygons in WGS 84.")


class KnownSite(Conflict):
    """A site that is in the register already, under this code."""

    message = _("{code} is in the register already, as {name}.")
    remedy = _("Nothing need be done; it was left as it is.")


class BadCode(Invalid):
    """A code that cannot be part of a path."""

    message = _("{code} cannot be a code.")
    remedy = _("Use letters from A to Z, digits, dots, hyphens and underscores only.")


class NotACoordinate(Invalid):
    """A text that says no latitude or longitude."""

    message = _("“{word}” is not a coordinate.")
    remedy = _("Write decimal degrees such as 4.8594, or degrees, minutes and seconds such as 4°51'34\"N.")


class CoordinateOutOfRange(Invalid):
    """A latitude beyond the poles, or a longitude beyond the date line."""

    message = _("{value} lies beyond {limit} degrees.")
    remedy = _("Check the decimal point, and that latitude and longitude are in their own columns.")


class CoordinateMissing(Invalid):
    """A latitude without a longitude, or the other way round."""

    message = _("Only one of latitude and longitude is given.")
    remedy = _("Give both, or neither.")


class NotAWindow(Invalid):
    """A window of the map that nobody could look through."""

    message = _("“{word}” is not a window of the map.")
    remedy = _("Give west,south,east,north in degrees, such as 24.1,3.4,36.0,12.3.")


class SwappedCoordinates(Invalid):
    """A point that lies in its area once its two numbers are exchanged."""

    message = _("Latitude {latitude} and longitude {longitude} lie outside {area}, but inside it the other way round.")
    remedy = _("Exchange the two: latitude {longitude}, longitude {latitude}.")


class OutsideArea(Invalid):
    """A point outside the area it is said to be in; a doubt, for boundaries and codes can be wrong too."""

    message = _("The point {latitude}, {longitude} lies {distance} km outside {area}.")
    remedy = _("Check the coordinates and the area; if both are right, nothing need be done.")


class NoSuchLevel(Invalid):
    """A figure asked by a level of areas that it does not know."""

    message = _("{level} is no level of areas that a figure can be asked by.")
    remedy = _("Choose one of: {known}.")


class NoSuchStatus(Invalid):
    """A state that is none of a site's life."""

    message = _("A site cannot be {status}.")
    remedy = _("Choose one of: {known}.")
