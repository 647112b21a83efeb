"""Routes of tracking."""

from django.urls import path

from . import api, views

app_name = "tracking"
urlpatterns = [
    path("map/", views.round_map, name="map"),
    path("areas.geojson", api.areas_geojson, name="areas_geojson"),
    path("sites.geojson", api.sites_geojson, name="sites_geojson"),
    path("rounds/", views.rounds, name="rounds"),
    path("rounds/<str:code>/", views.round_page, name="round"),
    path("rounds/<str:code>/map/", views.round_drawn, name="round_drawn"),
    path("rounds/<str:code>/locations/", views.round_locations, name="round_locations"),
    path("sites/<str:code>/rounds/", views.site_rounds, name="site_rounds"),
]
