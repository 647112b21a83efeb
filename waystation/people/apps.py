"""What Django must know of this app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The app people."""

    name = "waystation.people"
