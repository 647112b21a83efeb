"""What Django must know of this app."""

from django.apps import AppConfig


class CollectConfig(AppConfig):
    """The app collect."""

    name = "waystation.collect"
