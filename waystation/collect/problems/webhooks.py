"""Problems with webhooks."""

from waystation.kernel.problems import Invalid, NotFound, _


class NoSuchWebhook(NotFound):
    """A webhook, or one of its deliveries, that is not there."""

    message = _("The project has no such webhook.")
    remedy = _("Look at the project's list of webhooks.")


class NotAnAddress(Invalid):
    """An address that nothing can be told to."""

    message = _("{url} is not an address that can be told anything.")
    remedy = _("Give an address that begins with https:// or http:// and names a host.")


class NoSuchEvent(Invalid):
    """Something that never happens."""

    message = _("Nothing called {event} happens here.")
    remedy = _("Choose from: {known}.")
