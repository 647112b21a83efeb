"""The commands of the shell. The shell's user is the operator: who holds the machine holds the data."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import django

django.setup()

import click  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import DatabaseError, DataError, IntegrityError, connection, transaction  # noqa: E402
from django.utils import translation  # noqa: E402

from waystation.access import actions as access  # noqa: E402
from waystation.access.models import Actor  # noqa: E402
from waystation.access.queries import actor_called, role_called  # noqa: E402
from waystation.access.rules import new_key, new_password  # noqa: E402
from waystation.collect import actions as collect  # noqa: E402
from waystation.collect.models import Submission  # noqa: E402
from waystation.collect.problems import MappingForOther, NothingChosen  # noqa: E402
from waystation.collect.queries import read_answers, sheet_answers  # noqa: E402
from waystation.collect.rules import read_mapping  # noqa: E402
from waystation.kernel.problems import Place, Problem  # noqa: E402
from waystation.sharing import actions as sharing  # noqa: E402
from waystation.sharing import queries as shared  # noqa: E402
from waystation.sharing.registry import writer_called  # noqa: E402

from . import backup as backups  # noqa: E402
from . import conformance, doing, health, installation, server  # noqa: E402
from .problems import CannotBeKept, CannotUse, Contradiction, NoDatabase, NoSuchFile, NotReady  # noqa: E402
from .roles import SYSTEM  # noqa: E402

LANGUAGES = {"en", "fr", "ar"}


def run(words: Sequence[str]) -> int:
    """One command, in the language of the shell. Returns its exit code."""
    translation.activate(shell_language())
    try:
        return int(waystation.main(args=list(words), prog_name="waystation", standalone_mode=False) or 0)
    except DataError as error:
        raise CannotBeKept from error
    except IntegrityError as error:
        raise Contradiction from error
    except DatabaseError as error:
        raise NoDatabase(where=installation.where(), reason=str(error).strip().partition("\n")[0]) from error
    except OSError as error:
        raise CannotUse(file=error.filename or "?", reason=error.strerror or type(error).__name__) from error
    except click.ClickException as mistake:
        mistake.show()
        return mistake.exit_code
    except click.Abort:
        return 130


def shell_language() -> str:
    """The language of the shell, by LC_ALL, LC_MESSAGES, LANG, as far as it is spoken here."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        word = os.environ.get(variable, "")
        if word:
            known = locale.normalize(word).partition("_")[0]
            return known if known in LANGUAGES else "en"
    return "en"


def with_data(command: Any) -> Any:
    """The option that every command takes. It is read before the commands are (cli.py)."""
    return click.option("--data", type=click.Path(), help="Folder of the installation.", expose_value=False)(command)


def operator() -> Actor:
    """Who acts when nobody is named. Raises NotReady where `init` was never run."""
    if not installation.is_ready():
        raise NotReady(where=installation.where())
    return actor_called(SYSTEM)


def author(name: str | None) -> Actor:
    """The person named, or the operator."""
    by = operator()
    return actor_called(name) if name else by


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="waystation")
@with_data
def waystation() -> None:
    """Displacement tracking, camp management and the way home."""


@waystation.command()
@with_data
def init() -> None:
    """Make the database, or bring it up to this version. Harmless when it is."""
    installation.prepare()
    click.echo(f"Ready: {installation.where()}")


@waystation.command()
@with_data
@click.option("--port", default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes that answer.")
@click.option("--conformance", "fixture", type=click.Path(path_type=Path), help="For test suites: docs/conformance.md.")
def serve(port: int, host: str, workers: int, fixture: Path | None) -> None:
    """Answer pages and phones, and file what comes in."""
    if fixture is not None:
        conform(fixture, host=host, port=port)
        return
    operator()
    server.serve(host=host, port=port, workers=workers)


def conform(fixture: Path, *, host: str, port: int) -> None:
    """Serve a fixture to a test suite. One process answers, so that it can forget at a word what it knew."""
    server.check_port(host, port)
    conformance.check(host, folder=settings.DATA)
    conformance.load(*conformance.read(fixture))
    conformance.drain()
    conformance.set_down()
    settings.ROOT_URLCONF = "waystation.front.conformance.urls"
    click.echo(f"Ready: http://{host}:{port}/")
    server.serve(host=host, port=port, workers=1)


@waystation.command()
@with_data
@click.option("--once", is_flag=True, help="File what waits, then stop.")
def work(once: bool) -> None:
    """File what comes in, without answering anybody."""
    operator()
    server.work(once=once)


@waystation.group()
@with_data
def user() -> None:
    """People, phones and programs."""


@user.command("add")
@with_data
@click.argument("username")
@click.option("--name", help="As written in lists; the user name when left out.")
@click.option("--kind", type=click.Choice(["person", "phone", "program"]), default="person", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def user_add(username: str, name: str | None, kind: str, password_stdin: bool) -> None:
    """Add somebody. Prints a fresh password, or the key of a phone or program: they are shown this once."""
    by = operator()
    if kind == "person":
        password = sys.stdin.readline().rstrip("\n") if password_stdin else new_password()
        actor = access.add_actor(by=by, username=username, name=name or username, password=password)
        click.echo(f"{actor.username}" if password_stdin else f"{actor.username} {password}")
        return
    with transaction.atomic():
        actor = access.add_actor(by=by, username=username, name=name or username, kind=kind)
        key = new_key()
        access.give_key(by=by, actor=actor, key=key)
    click.echo(f"{actor.username} {key}")


@user.command("key")
@with_data
@click.argument("username")
@click.option("--revoke", is_flag=True, help="Shut out every key instead.")
def user_key(username: str, revoke: bool) -> None:
    """Give somebody a further key, or revoke all of them."""
    by, actor = operator(), actor_called(username)
    if revoke:
        click.echo(f"{len(access.revoke_keys(by=by, actor=actor))}")
        return
    key = new_key()
    access.give_key(by=by, actor=actor, key=key)
    click.echo(key)


@user.command("password")
@with_data
@click.argument("username")
def user_password(username: str) -> None:
    """Give somebody a fresh password, and print it."""
    by, password = operator(), new_password()
    access.reset_password(by=by, actor=actor_called(username), password=password)
    click.echo(password)


@waystation.command()
@with_data
@click.argument("username")
@click.argument("role")
@click.argument("scope")
@click.option("--withdraw", is_flag=True, help="Take it away instead.")
def grant(username: str, role: str, scope: str, withdraw: bool) -> None:
    """Let USERNAME hold ROLE over SCOPE, a path such as /SSD/SS01 or /."""
    by, actor, held = operator(), actor_called(username), role_called(role)
    change = access.withdraw if withdraw else access.grant
    change(by=by, actor=actor, role=held, scope=scope)
    click.echo(f"{username} {role} {scope}")


@waystation.command()
@with_data
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--mapping", type=click.Path(path_type=Path), help="How the columns answer the questions (YAML).")
@click.option("--intake", help="What takes it in, such as places.site, when the headings are the questions.")
@click.option("--by", "name", help="In whose name; the operator's when left out.")
@click.option("--form", is_flag=True, help="FILE is an XLSForm: publish it for phones.")
def load(file: Path, mapping: Path | None, intake: str | None, name: str | None, form: bool) -> None:
    """Load a sheet, a list of areas or boundaries: all of it, or nothing and a list of everything wrong in it."""
    by = author(name)
    if not file.is_file():
        raise NoSuchFile(file=file)
    if form:
        version = collect.publish_form(by=by, definition=file.read_bytes())
        click.echo(f"{version.form.form_id} {version.version}")
        return
    submission = load_sheet(by, file, mapping_of(mapping, intake))
    for warning in submission.warnings:
        click.echo(_warning(warning), err=True)
    click.echo(f"{submission.form.form_id}: {submission.records}")


def _warning(warning: dict[str, Any]) -> str:
    place = warning["place"]
    where = ":".join(str(part) for part in (place["row"], place["column"]) if part is not None)
    return f"  {where or '-'}  {warning['code']}: {warning['message']}"


def mapping_of(file: Path | None, intake: str | None) -> dict[str, Any]:
    """The mapping in a YAML file, or the plain one of an intake.

    Raises NoSuchFile, NothingChosen, MappingForOther, or what is wrong with the mapping.
    """
    if file is not None and not file.is_file():
        raise NoSuchFile(file=file)
    mapping = read_mapping(file.read_bytes()) if file else {}
    said = mapping.get("intake", intake)
    if said is None:
        raise NothingChosen
    if intake is not None and said != intake:
        raise MappingForOther(intake=said, chosen=intake)
    return {**mapping, "intake": said}


def load_sheet(by: Actor, file: Path, mapping: dict[str, Any]) -> Submission:
    """Read a sheet whole, showing how far it is, then keep and file it in one go. Raises what is wrong in it."""
    with click.progressbar(length=1, label=file.name, file=sys.stderr, show_pos=True) as bar:

        def counting(rows: int) -> None:
            bar.length = max(rows, 1)
            bar.update(rows - bar.pos)

        rows, warnings = sheet_answers(file, file.name, mapping, counting)
    reading = read_answers(mapping["intake"], by, rows, warnings)
    with transaction.atomic(), file.open("rb") as content:
        kept = collect.receive_sheet(by=by, file=(file.name, content), mapping=mapping)
        collect.file(by=operator(), submissions=[kept], reading=reading.sent_as(kept))
        return kept


def words_of(pairs: Sequence[str]) -> dict[str, str]:
    """`name=value` pairs as words."""
    for pair in pairs:
        if "=" not in pair:
            raise click.UsageError(f"{pair} is not of the shape name=value")
    return dict(pair.split("=", 1) for pair in pairs)


@waystation.command()
@with_data
@click.argument("figure")
@click.argument("words", nargs=-1)
@click.option("--scope", default="/", show_default=True, help="The place it is worked out over.")
@click.option(
    "--audience", type=click.Choice(["public", "partners", "internal"]), default="internal", show_default=True
)
@click.option("--round", "round_", type=int, help="The same as the word round=N.")
@click.option("--by", "name", help="Who prepares it; the operator when left out.")
@click.option("--wait", is_flag=True, help="Leave the approval to somebody else.")
def publish(
    *, figure: str, words: Sequence[str], scope: str, audience: str, round_: int | None, name: str | None, wait: bool
) -> None:
    """Work FIGURE out, protect the people in it, freeze it, and let it out: waystation publish APP.FIGURE round=11."""
    asked = words_of(words) | ({"round": str(round_)} if round_ is not None else {})
    publication = sharing.prepare(by=author(name), figure=figure, scope=scope, audience=audience, words=asked)
    if not wait:
        sharing.approve(by=operator(), publication=publication)
    click.echo(f"{publication.pk} {publication.state} {publication.checksum}")


@waystation.command()
@with_data
@click.argument("figure")
@click.argument("words", nargs=-1)
@click.option("--format", "suffix", default="csv", show_default=True)
@click.option("--round", "round_", type=int, help="The same as the word round=N.")
@click.option("--area", default="", help="Only the rows of this P-code.")
@click.option("--by", "name", help="What this person may see; all when left out.")
def export(*, figure: str, words: Sequence[str], suffix: str, round_: int | None, area: str, name: str | None) -> None:
    """Write a published FIGURE to standard output."""
    writer = writer_called(suffix)
    asked = words_of(words) | ({"round": str(round_)} if round_ is not None else {})
    publication = shared.latest(author(name), figure, asked)
    for piece in writer.write(shared.table_of(publication, area)):
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


@waystation.command()
@with_data
@click.argument("verb")
@click.argument("words", nargs=-1)
@click.option("--by", "name", help="In whose name; the operator's when left out.")
def do(verb: str, words: Sequence[str], name: str | None) -> None:
    """Do one action: waystation do places.set_status site=S-7K3Q9 status=closed since=2026-03-01."""
    result = doing.do(verb, author(name), words_of(words))
    click.echo(f"{verb}: {getattr(result, 'pk', 'done')}")


@waystation.command()
@with_data
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write everything into one file, while the server runs on."""
    operator()
    click.echo(backups.write(file))


@waystation.command()
@with_data
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Read a backup into an empty installation, on either database."""
    click.echo(backups.read(file))


@waystation.command()
@with_data
def check() -> int:
    """Look whether all is well: database, disk, files, publications, queue. Exit code 1 where something is not."""
    operator()
    findings = health.findings()
    for finding in findings:
        click.echo(f"{'ok  ' if finding.well else 'LOOK'} {finding.what}: {finding.says}")
    return 0 if all(finding.well for finding in findings) else 1


@waystation.command()
@with_data
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--no-serve", is_flag=True, help="Only make the data.")
def demo(port: int, workers: int, no_serve: bool) -> None:
    """Show a real operation: South Sudan, mobility tracking round 11."""
    from . import demo as demonstration  # noqa: PLC0415

    if not no_serve:
        server.check_port("127.0.0.1", port)
    demonstration.make(load_sheet, f"http://localhost:{port}/")
    if not no_serve:
        server.serve(host="127.0.0.1", port=port, workers=workers)


__all__ = ["Place", "Problem", "call_command", "connection", "run"]
