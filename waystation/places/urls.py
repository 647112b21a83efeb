"""Routes of places."""

from django.urls import path

from . import api, views

app_name = "places"
urlpatterns = [
    path("sites/", views.sites, name="sites"),
    path("sites/<str:code>/", views.site, name="site"),
    path("areas.geojson", api.areas_geojson, name="areas_geojson"),
]
