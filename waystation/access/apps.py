"""What Django must know of this app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """The app access."""

    name = "waystation.access"
