"""Signing in and out, as a browser does it."""

from __future__ import annotations

import pytest
from django.test import Client

from waystation.access.models import Actor, Entry

PASSWORD = "correct-horse-battery"


def sign_in(client: Client, password: str = PASSWORD, username: str = "officer"):
    return client.post("/accounts/login/", {"login": username, "password": password})


def test_a_person_signs_in_and_it_is_noted(client, country):
    answer = sign_in(client)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert Entry.objects.latest("pk").verb == "access.sign_in"


def test_a_wrong_password_and_a_wrong_name_are_told_alike(client, country):
    wrong = sign_in(client, "not-the-password")
    nobody = sign_in(client, "not-the-password", "nobody")

    def said(answer):
        return [str(line) for line in answer.context["form"].non_field_errors()]

    assert wrong.status_code == nobody.status_code == 200
    assert said(wrong) == said(nobody) != []


def test_guessing_is_slowed_down(client, country):
    for _guess in range(5):
        sign_in(client, "not-the-password")
    answer = sign_in(client, PASSWORD)

    assert answer.status_code == 200
    assert "too many" in str(answer.context["form"].errors).lower()


def test_a_phone_cannot_sign_in_with_a_password(client, country):
    answer = sign_in(client, "", "phone-7")

    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_person_changes_their_own_password(client, country):
    sign_in(client)
    new = "seven-rivers-and-a-lamp"
    answer = client.post("/accounts/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert answer.status_code == 302
    assert Actor.objects.get(username="officer").check_password(new)
    assert "access.change_password" in Entry.objects.values_list("verb", flat=True)


def test_nobody_signs_up_by_themselves(client, db):
    assert client.get("/accounts/signup/").status_code == 404


@pytest.mark.parametrize("address", ["/tracking/rounds/", "/places/sites/", "/collect/tray/"])
def test_a_passer_by_is_sent_to_sign_in_and_back(client, country, address):
    answer = client.get(address, headers={"Accept": "text/html"})

    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={address}")
