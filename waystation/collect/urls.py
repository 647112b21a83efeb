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
    path("projects/", views.projects, name="projects"),
    path("projects/<int:project>/", views.project, name="project"),
    path("projects/<int:project>/forms/<str:form_id>/", views.form, name="form"),
    path("projects/<int:project>/forms/<str:form_id>/table/", views.table, name="table"),
    path("projects/<int:project>/forms/<str:form_id>/progress/", views.progress, name="progress"),
    path("projects/<int:project>/forms/<str:form_id>/quality/", views.quality, name="quality"),
    path("projects/<int:project>/forms/<str:form_id>/cleaning/", views.cleaning, name="cleaning"),
    path("projects/<int:project>/phones/", views.phones, name="phones"),
    path("projects/<int:project>/phones/<int:actor>/shut-out/", views.shut_out, name="shut_out"),
    path("projects/<int:project>/lists/<str:name>/", views.entity_list, name="entity_list"),
    path("projects/<int:project>/lists/<str:name>/<str:uuid>/", views.entity, name="entity"),
    path("projects/<int:project>/lists/<str:name>/<str:uuid>/act/", views.act_on_entity, name="act_on_entity"),
    path("load/", views.load, name="load"),
    path("link/<str:token>/", views.link, name="link"),
    path("link/<str:token>/form.xml", views.link_form, name="link_form"),
    path("link/<str:token>/files/<str:name>", views.link_file, name="link_file"),
    path("link/<str:token>/session", views.link_session, name="link_session"),
    path("link/<str:token>/send", views.link_send, name="link_send"),
    path("fill/", views.fill_list, name="fill"),
    path("fill/worker.js", views.fill_worker, name="fill_worker"),
    path("fill/app.webmanifest", views.fill_app, name="fill_app"),
    path("fill/session", views.fill_session, name="fill_session"),
    path("fill/send", views.fill_send, name="fill_send"),
    path("fill/<str:form_id>/", views.fill_page, name="fill_page"),
    path("fill/<str:form_id>/form.xml", views.fill_form, name="fill_form"),
    path("fill/<str:form_id>/files/<str:name>", views.fill_file, name="fill_file"),
]
