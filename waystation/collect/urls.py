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
    path("submissions/<int:number>/", views.submission, name="submission"),
    path("submissions/<int:number>/correct/", views.correct, name="correct"),
    path("submissions/<int:number>/refile/", views.refile, name="refile"),
    path("submissions/<int:number>/set-aside/", views.set_aside, name="set_aside"),
    path("submissions/<int:number>/problems.csv", views.problems, name="problems"),
    path("submissions/<int:number>/doubts.csv", views.doubts, name="doubts"),
    path("submissions/<int:number>/as-sent.xml", views.as_sent, name="as_sent"),
    path("submissions/<int:number>/files/<str:name>", views.file, name="file"),
    path("forms/", views.form_list, name="forms"),
    path("forms/<int:number>/xform/", views.xform, name="xform"),
    path("forms/<int:number>/xlsform/", views.xlsform, name="xlsform"),
    path("load/", views.load, name="load"),
]
