"""What Django must know of this app."""

from django.apps import AppConfig


class JourneysConfig(AppConfig):
    """The app journeys."""

    name = "waystation.journeys"
