"""What Django must know of this app."""

from django.apps import AppConfig


class RegimeConfig(AppConfig):
    """The app regime."""

    name = "waystation.regime"
