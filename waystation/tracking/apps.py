"""What Django must know of this app."""

from django.apps import AppConfig


class TrackingConfig(AppConfig):
    """The app tracking."""

    name = "waystation.tracking"
