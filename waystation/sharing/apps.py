"""What Django must know of this app."""

from django.apps import AppConfig


class SharingConfig(AppConfig):
    """The app sharing."""

    name = "waystation.sharing"
