"""Routes of sharing: pages of what is published. The endpoint of programs, /figures/, is among the routes of front."""

from django.urls import path

from . import views

app_name = "sharing"
urlpatterns = [
    path("", views.publications, name="publications"),
    path("prepare/", views.prepare, name="prepare"),
    path("<int:pk>/", views.publication, name="publication"),
    path("<int:pk>/approve/", views.approve, name="approve"),
    path("<int:pk>/refuse/", views.refuse, name="refuse"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/<str:name>.<str:suffix>", views.download, name="download"),
]
