"""What Django must know of this app."""

from django.apps import AppConfig


class FrontConfig(AppConfig):
    """The app front."""

    name = "waystation.front"
