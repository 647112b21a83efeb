"""Every route."""

from allauth.account import views as account
from django.urls import include, path
from django.views.i18n import set_language

from waystation.sharing import api as sharing

from . import api, views

urlpatterns = [
    path("", views.home, name="home"),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/password/", account.password_change, name="account_change_password"),
    path("language/", set_language, name="set_language"),
    path("places/", include("waystation.places.urls")),
    path("tracking/", include("waystation.tracking.urls")),
    path("collect/", include("waystation.collect.urls")),
    path("publications/", include("waystation.sharing.urls")),
    path("figures/<str:name>.<str:suffix>", sharing.figure, name="figure"),
    path("do/<str:verb>", api.do, name="do"),
    path("v1/", include("waystation.collect.api.routes")),
    path("health", views.health, name="health"),
]

handler404 = "waystation.front.answers.not_found"
handler400 = "waystation.front.answers.bad_request"
