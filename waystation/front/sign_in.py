"""How people sign in: django-allauth, told of our actors and our audit log."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse

from waystation.access import actions
from waystation.access.models import Actor


class SignIn(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves; a sign-in and a new password are actions like any other."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are added by whoever answers for a place."""
        return False

    def post_login(self, request: HttpRequest, user: Actor, **options: Any) -> HttpResponse:
        """Note it in the audit log."""
        actions.sign_in(by=user)
        answer: HttpResponse = super().post_login(request, user, **options)
        return answer

    def set_password(self, user: Actor, password: str) -> None:
        """The password itself goes nowhere but through Argon2."""
        actions.change_password(by=user, password=password)
