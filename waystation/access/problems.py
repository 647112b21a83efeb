"""Problems of access."""

from waystation.kernel.problems import Conflict, Forbidden, Invalid, NotFound, TooOften, Unknown, _


class MayNot(Forbidden):
    """The actor holds no role with this verb over this place."""

    message = _("{actor} may not {verb} at {scope}.")
    remedy = _("Ask an administrator of {scope} for a role that includes {verb}.")


class NotSignedIn(Unknown):
    """A caller who brings neither a session nor a key."""

    message = _("Nobody is signed in.")
    remedy = _("Sign in, or send a key.")


class KeyNotValid(Forbidden):
    """A key that was never given, was revoked, or has run out."""

    message = _("This key is not valid, or no longer.")
    remedy = _("Ask the office for a new key and set up the phone again.")


class SessionOver(Unknown):
    """A program whose session, or key, is not valid, or no longer."""

    message = _("This session or key is not valid, or no longer.")
    remedy = _("Sign in again, or ask an administrator for a new key.")


class WrongPassword(Unknown):
    """A user name and a password that do not belong together."""

    message = _("This user name and password do not belong together.")
    remedy = _("Check both, or ask an administrator for a new password.")


class NonceTooOld(Unknown):
    """A digest that was right, but made some time ago."""

    message = _("The digest was made too long ago.")
    remedy = _("Send the request again; a phone does so by itself.")


class TooManyTries(TooOften):
    """Too many wrong passwords for one name."""

    message = _("There were too many wrong passwords for this name.")
    remedy = _("Wait {minutes} minutes, then try again.")


class NobodyByThatName(NotFound):
    """No actor has this user name."""

    message = _("Nobody called {name} is known here.")
    remedy = _("Correct the name, or add the person first.")


class NoSuchRole(NotFound):
    """No role has this name."""

    message = _("There is no role called {role}.")
    remedy = _("Choose one of: {known}.")


class NameTaken(Conflict):
    """A user name that somebody has already."""

    message = _("Somebody is already called {name}.")
    remedy = _("Choose another user name.")


class BadUsername(Invalid):
    """A user name with signs that cannot be typed everywhere."""

    message = _("{name} cannot be a user name.")
    remedy = _("Use 2 to 60 letters a-z, digits and the signs . - _ + @ only.")


class WeakPassword(Invalid):
    """A password that would be guessed."""

    message = _("This password cannot be used: {reason}")
    remedy = _("Choose a longer one, such as four words that do not belong together.")


class BadScope(Invalid):
    """A scope that is not a path."""

    message = _("{scope} is not the path of a place.")
    remedy = _("Write a path such as /SSD/SS01, or / for everywhere.")
