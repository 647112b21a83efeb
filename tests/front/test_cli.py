"""The command line: what it says, and the number it ends with."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import click
import pytest

from tests.conftest import filled
from tests.serving import COMMAND, installation
from tests.shell import Shell, opened
from tests.test_journey_of_one_count import send
from waystation.access.models import Actor, Entry, Key
from waystation.access.problems import KeyNotValid, NobodyByThatName
from waystation.access.queries import actor_called, actor_with_key, may
from waystation.collect.files import path_of
from waystation.collect.models import Attachment, Submission
from waystation.front import cli, commands, variables
from waystation.front.installation import keep_secret
from waystation.front.problems import UnknownSetting, WrongSetting
from waystation.front.settings import secret
from waystation.front.worker import work_once

PCODES = files("waystation.places") / "data" / "pcodes.csv"
USAGE, DATA_ERROR, NO_INPUT, CANNOT_CREATE, TRY_AGAIN, NOT_ALLOWED = 2, 65, 66, 73, 75, 77


@pytest.fixture
def shell(country: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    """`waystation`, where there is a country to count in."""
    with opened(monkeypatch, capsys) as run:
        yield run


def commands_of(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command and group of commands, as one types it."""
    for name, command in group.commands.items():
        yield (*words, name)
        if isinstance(command, click.Group):
            yield from commands_of(command, (*words, name))


ALL = [(), *commands_of(commands.waystation)]


# Words


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_explains_itself_and_takes_a_data_folder(shell, words):
    said = shell(*words, "--help")

    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"Usage: waystation {' '.join(words)}".rstrip())
    assert "--data" in said.out
    assert len(said.out.split("\n\n")[1].strip()) > 10, "it says what it does"


def test_all_the_promised_commands_are_there():
    promised = [
        "init",
        "serve",
        "work",
        "user",
        "grant",
        "load",
        "publish",
        "export",
        "do",
        "backup",
        "restore",
        "check",
        "demo",
    ]

    assert set(promised) <= {words[0] for words in ALL if words}


@pytest.mark.parametrize(
    ("words", "folder"),
    [
        (["--data", "here", "check"], "here"),
        (["check", "--data", "here"], "here"),
        (["user", "--data=here", "add", "x"], "here"),
        (["user", "add", "x", "--data=here"], "here"),
        (["check", "--data"], None),
        (["check"], None),
    ],
)
def test_the_data_folder_is_found_wherever_it_stands(words, folder):
    assert cli.data_folder(words) == folder


WRONG_WORDS = {
    "no such command": ["fly"],
    "a word too many": ["check", "twice"],
    "a word too few": ["export"],
    "an option nobody knows": ["check", "--all"],
    "an option without its value": ["check", "--data"],
    "a number that is none": ["export", "tracking.people_by_area", "--round", "eleven"],
    "a choice that is none": ["user", "add", "somebody", "--kind", "robot"],
    "a word that is no pair": ["do", "tracking.open_operation", "code"],
}


@pytest.mark.parametrize("words", WRONG_WORDS.values(), ids=WRONG_WORDS)
def test_words_that_are_no_command_end_with_two(shell, words):
    said = shell(*words)

    assert (said.code, said.out) == (USAGE, "")
    assert "Error: " in said.err


PROBLEMS = {
    "nobody by that name": (["user", "key", "nobody"], NO_INPUT, "access.nobody_by_that_name"),
    "no such role": (["grant", "clerk", "king", "/"], NO_INPUT, "access.no_such_role"),
    "no path": (["grant", "clerk", "reader", "SSD"], DATA_ERROR, "access.bad_scope"),
    "no such file": (["load", "nothing.csv", "--intake", "places.site"], NO_INPUT, "front.no_such_file"),
    "no such mapping": (["load", __file__, "--mapping", "nothing.yaml"], NO_INPUT, "front.no_such_file"),
    "nobody says what it is": (["load", __file__], DATA_ERROR, "collect.nothing_chosen"),
    "not a sheet": (["load", __file__, "--intake", "places.site"], DATA_ERROR, "collect.not_a_sheet"),
    "no such intake": (["load", PCODES, "--intake", "places.star"], NO_INPUT, "collect.no_such_intake"),
    "not a form": (["load", __file__, "--form"], DATA_ERROR, "collect.not_a_form"),
    "no such verb": (["do", "places.fly"], NO_INPUT, "front.no_such_verb"),
    "no such format": (["export", "tracking.people_by_area", "--format", "doc"], NO_INPUT, "sharing.no_such_format"),
    "not published": (["export", "tracking.people_by_area"], NO_INPUT, "sharing.not_published"),
    "no such figure": (["publish", "tracking.rainfall"], NO_INPUT, "sharing.no_such_figure"),
    "a name that is taken": (["user", "add", "clerk"], CANNOT_CREATE, "access.name_taken"),
    "a name that is none": (["user", "add", "a b"], DATA_ERROR, "access.bad_username"),
    "no such folder": (["backup", "/nowhere/backup.zip"], CANNOT_CREATE, "front.cannot_use"),
    "no such backup": (["restore", "nothing.zip"], NO_INPUT, "front.no_such_file"),
    "somebody lives here": (["restore", __file__], CANNOT_CREATE, "front.already_there"),
    "not allowed": (
        ["do", "tracking.open_operation", "code=X", "name=X", "scope=/SSD/SS01", "--by", "clerk"],
        NOT_ALLOWED,
        "access.may_not",
    ),
}


@pytest.mark.parametrize(("words", "code", "problem"), PROBLEMS.values(), ids=PROBLEMS)
def test_a_problem_is_told_in_two_lines_and_ends_with_the_code_of_its_kind(shell, words, code, problem):
    said = shell(*words)

    assert (said.code, said.out) == (code, "")
    first, second = said.err.splitlines()[-2:]
    assert first.startswith(f"{problem}: ")
    assert second.startswith("  ")
    assert second.endswith(".")


def test_problems_are_told_in_the_language_of_the_shell(shell):
    said = shell("user", "key", "nobody", language="fr_FR.UTF-8")

    assert said.err.startswith("access.nobody_by_that_name: ")
    assert "is known here" not in said.err


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LC_ALL": "fr_FR.UTF-8", "LANG": "ar"}, "fr"),
        ({"LC_ALL": "", "LANG": "ar_SD.UTF-8"}, "ar"),
        ({"LC_MESSAGES": "fr_CD", "LANG": "en_GB"}, "fr"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "sw_KE.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_of_the_shell_is_known_by_its_variables(monkeypatch, variables, language):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, word in variables.items():
        monkeypatch.setenv(name, word)

    assert commands.shell_language() == language


# Settings, and folders that hold nothing


@pytest.mark.parametrize(
    ("variable", "word"),
    [
        ("WAYSTATION_DATABASE", "mysql://host/name"),
        ("WAYSTATION_DATABASE", "postgres://host:port/name"),
        ("WAYSTATION_DATABASE", "postgres://host"),
        ("WAYSTATION_LANGUAGE", "klingon"),
        ("WAYSTATION_ORIGIN", "tracking.example.org"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named(variable, word):
    with pytest.raises(WrongSetting, match=variable):
        variables.read_settings({variable: word})


def test_a_wrong_address_is_told_without_its_password():
    with pytest.raises(WrongSetting) as told:
        variables.read_settings({"WAYSTATION_DATABASE": "postgres://somebody:secret@host"})

    assert "secret" not in str(told.value)


def test_an_unknown_setting_is_named_with_the_list_of_those_that_are():
    with pytest.raises(UnknownSetting) as told:
        variables.read_settings({"WAYSTATION_DATABSE": "x", "HOME": "/"})

    assert "WAYSTATION_DATABSE is not a setting." in str(told.value)
    assert all(f"WAYSTATION_{setting.name}" in told.value.as_dict()["remedy"] for setting in variables.SETTINGS)


def outside(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """One command as a process of its own."""
    chosen = {**os.environ, "LC_ALL": "C", **environment}
    return subprocess.run([COMMAND, *words], env=chosen, capture_output=True, text=True, check=False)


def test_an_unknown_setting_stops_the_start():
    said = outside("check", WAYSTATION_DATABSE="x")

    assert (said.returncode, said.stdout) == (DATA_ERROR, "")
    assert said.stderr.startswith(
        "front.unknown_setting: WAYSTATION_DATABSE is not a setting.\n  Remove it, or use one"
    )


def test_a_folder_that_was_never_made_ready_is_told_and_not_made(tmp_path):
    with installation(tmp_path / "data") as here:
        said = here.run("check", "--data", str(tmp_path / "mistyped"), check=False)

    assert (said.returncode, said.stdout) == (TRY_AGAIN, "")
    assert said.stderr.startswith("front.not_ready: ")
    assert not (tmp_path / "mistyped").exists()


def test_a_database_that_does_not_answer_is_told():
    said = outside("check", WAYSTATION_DATABASE="postgres://somebody:secret@127.0.0.1:1/nothing")

    assert said.returncode == TRY_AGAIN
    assert said.stderr.startswith("front.no_database: The database in postgres://127.0.0.1:1/nothing does not answer")
    assert "secret" not in said.stderr


def test_a_database_that_is_none_is_told(tmp_path):
    (tmp_path / "waystation.sqlite3").write_text("this is no database, but a text" * 100)

    said = outside("check", "--data", str(tmp_path), WAYSTATION_DATABASE="")

    assert said.returncode == TRY_AGAIN
    assert said.stderr.startswith("front.no_database: ")


def test_a_port_that_is_taken_is_told_at_once(shell):
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        said = shell("serve", "--port", somebody.getsockname()[1])

    assert (said.code, said.err.partition(":")[0]) == (CANNOT_CREATE, "front.port_taken")
    assert shell("serve", "--port", 99_999).code == CANNOT_CREATE


def test_a_folder_that_cannot_be_made_is_told():
    said = outside("--data", "/dev/null/folder", "init", WAYSTATION_DATABASE="")

    assert said.returncode == CANNOT_CREATE
    assert said.stderr.startswith("front.cannot_use: /dev/null/folder cannot be read or written: ")


def test_the_key_that_signs_sessions_is_kept_for_the_owner_alone(settings):
    keep_secret()
    settings.SECRET_KEY = "another, made by the next start"
    keep_secret()

    kept = settings.DATA / "secret"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert secret("", settings.DATA) == kept.read_text() != settings.SECRET_KEY
    assert len(kept.read_text()) >= 50


# People, phones and programs


def test_a_person_gets_a_fresh_password_which_is_shown_once(shell):
    shown = [shell("user", "add", name, "--name", name.title()).out.split() for name in ("amina", "bol")]
    reset = shell("user", "password", "amina").out.strip()

    assert [name for name, _password in shown] == ["amina", "bol"]
    assert len({password for _name, password in shown} | {reset}) == 3
    assert actor_called("bol").check_password(shown[1][1])
    assert actor_called("amina").check_password(reset)
    assert not actor_called("amina").check_password(shown[0][1])


def test_a_chosen_password_is_read_from_standard_input_and_never_shown(shell, monkeypatch, tmp_path):
    with (tmp_path / "password").open("w+") as typed:
        typed.write("four words without sense\n")
        typed.seek(0)
        monkeypatch.setattr(sys, "stdin", typed)

        assert shell("user", "add", "amina", "--password-stdin").out == "amina\n"
        assert shell("user", "add", "bol", "--password-stdin").code == DATA_ERROR

    assert actor_called("amina").check_password("four words without sense")
    with pytest.raises(NobodyByThatName):
        actor_called("bol")


def test_nobody_has_a_password_that_was_not_given(country):
    given = {"officer", "approver", "clerk"}

    assert {actor.username for actor in Actor.objects.all() if actor.has_usable_password()} == given


def test_a_phone_gets_a_key_and_further_keys_until_all_are_revoked(shell):
    name, first = shell("user", "add", "phone-9", "--kind", "phone").out.split()
    second = shell("user", "key", "phone-9").out.strip()

    assert (name, len(first), len(second)) == ("phone-9", 64, 64)
    assert actor_with_key(first) == actor_with_key(second) == actor_called("phone-9")
    assert not Key.objects.filter(digest__in=[first, second]).exists()

    assert shell("user", "key", "phone-9", "--revoke").out == "2\n"
    for key in (first, second):
        with pytest.raises(KeyNotValid):
            actor_with_key(key)


def test_a_role_is_granted_over_a_place_and_taken_away(shell, country):
    assert shell("grant", "clerk", "approver", "/SSD/SS01/").code == 0
    assert may(country.clerk, "sharing.approve", "/SSD/SS01/SS0101")
    assert not may(country.clerk, "sharing.approve", "/SSD/SS03")

    assert shell("grant", "clerk", "approver", "/SSD/SS01", "--withdraw").code == 0
    assert not may(country.clerk, "sharing.approve", "/SSD/SS01")


def test_what_is_done_at_the_shell_is_in_the_audit_log(shell):
    shell("user", "add", "phone-9", "--kind", "phone")
    shell("grant", "phone-9", "enumerator", "/SSD")

    done = Entry.objects.order_by("-id").values_list("verb", "actor__username")[:3]
    assert list(done) == [(f"access.{verb}", "waystation") for verb in ("grant", "give_key", "add_actor")]


# Acting, publishing, looking


def test_several_faults_of_one_call_are_told_at_once(shell):
    said = shell("do", "tracking.plan_round", "operation=NONE", "number=one", "starts=soon", "ends=2026-02-30")

    assert said.code == DATA_ERROR
    assert said.faults == [
        ("", "operation", "front.no_such_row"),
        ("", "number", "front.not_that_kind"),
        ("", "starts", "front.not_that_kind"),
        ("", "ends", "front.not_that_kind"),
    ]


def test_an_action_is_done_and_its_row_named(shell):
    said = shell("do", "tracking.open_operation", "code=SSD-2", "name=Floods = water", "scope=/SSD")

    assert said.out.startswith("tracking.open_operation: ")
    assert Entry.objects.latest("id").verb == "tracking.open_operation"


@pytest.mark.parametrize(
    ("suffix", "start"),
    [("csv", b"round,"), ("xlsx", b"PK"), ("json", b"["), ("geojson", b"{")],
    ids=["csv", "xlsx", "json", "geojson"],
)
def test_a_published_figure_is_written_to_standard_output(country, client, capsysbinary, suffix, start):
    send(client, country.key, filled("ssid_2", 40))
    work_once()
    assert cli.main(["publish", "tracking.people_by_area", "--round", "1", "--scope", "/SSD"]) == 0
    capsysbinary.readouterr()

    assert cli.main(["export", "tracking.people_by_area", "--round", "1", "--format", suffix]) == 0

    out, err = capsysbinary.readouterr()
    assert (out[: len(start)], err) == (start, b"")
    assert len(out) > 100


def test_a_publication_may_wait_for_somebody_else(shell, country, client):
    send(client, country.key, filled("ssid_2", 40))
    work_once()

    said = shell("publish", "tracking.people_by_area", "--scope", "/SSD", "--by", "officer", "--wait")

    assert said.out.split()[1] == "waiting"
    assert shell("export", "tracking.people_by_area").code == NO_INPUT


def test_what_waits_is_filed_once_and_for_all(shell, country, client):
    send(client, country.key, filled("ssid_2", 40))

    assert (shell("work", "--once").code, Submission.objects.get().state) == (0, "filed")


def test_a_check_of_what_is_well_ends_with_zero_and_of_what_is_not_with_one(shell, country, client):
    send(client, country.key, filled("ssid_2", 40), photo=b"a photograph")
    work_once()
    well = shell("check")
    path_of(Attachment.objects.get().sha256).unlink()

    lost = shell("check")

    assert "LOOK files: " + Attachment.objects.get().sha256 in lost.out
    assert lost.code == 1
    assert all(line.startswith("ok  ") for line in well.out.splitlines() if "database" not in line)
