"""Routes of collect: pages. Those of phones and programs are in api/routes.py."""

from django.urls import path

from . import views

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
    path("fill/", views.fill_list, name="fill"),
    path("fill/worker.js", views.fill_worker, name="fill_worker"),
    path("fill/app.webmanifest", views.fill_app, name="fill_app"),
    path("fill/session", views.fill_session, name="fill_session"),
    path("fill/send", views.fill_send, name="fill_send"),
    path("fill/<str:form_id>/", views.fill_page, name="fill_page"),
    path("fill/<str:form_id>/form.xml", views.fill_form, name="fill_form"),
    path("fill/<str:form_id>/files/<str:name>", views.fill_file, name="fill_file"),
]
