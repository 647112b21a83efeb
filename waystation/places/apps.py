"""What Django must know of this app."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """The app places."""

    name = "waystation.places"
