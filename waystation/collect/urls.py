"""Routes of collect: pages, and the endpoint of phones."""

from django.urls import path

from . import api, views

openrosa = [
    path("formList", api.form_list, name="form_list"),
    path("forms/<str:form_id>.xml", api.form, name="form"),
    path("forms/<str:form_id>/manifest", api.manifest, name="manifest"),
    path("submission", api.submission, name="submission"),
]

app_name = "collect"
urlpatterns = [
    path("tray/", views.tray, name="tray"),
    path("submissions/", views.submissions, name="submissions"),
    path("submissions/<int:pk>/", views.submission, name="submission"),
    path("submissions/<int:pk>/correct/", views.correct, name="correct"),
    path("submissions/<int:pk>/refile/", views.refile, name="refile"),
    path("submissions/<int:pk>/set-aside/", views.set_aside, name="set_aside"),
    path("submissions/<int:pk>/problems.csv", views.problems, name="problems"),
    path("submissions/<int:pk>/doubts.csv", views.doubts, name="doubts"),
    path("submissions/<int:pk>/as-sent.xml", views.as_sent, name="as_sent"),
    path("submissions/<int:pk>/files/<path:name>", views.file, name="file"),
    path("forms/", views.form_list, name="forms"),
    path("forms/<int:pk>/xform/", views.xform, name="xform"),
    path("forms/<int:pk>/xlsform/", views.xlsform, name="xlsform"),
    path("load/", views.load, name="load"),
]
