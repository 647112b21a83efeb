"""Routes of collect: pages, and the endpoint of phones."""

from django.urls import URLPattern, path

from . import api

openrosa = [
    path("formList", api.form_list, name="form_list"),
    path("forms/<str:form_id>.xml", api.form, name="form"),
    path("forms/<str:form_id>/manifest", api.manifest, name="manifest"),
    path("submission", api.submission, name="submission"),
]

app_name = "collect"
urlpatterns: list[URLPattern] = []
