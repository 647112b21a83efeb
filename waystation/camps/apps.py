"""What Django must know of this app."""

from django.apps import AppConfig


class CampsConfig(AppConfig):
    """The app camps."""

    name = "waystation.camps"
