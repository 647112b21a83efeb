"""What every endpoint of programs shares: one function a method, JSON in and out, problems as these programs know them.

Programs written for ODK Central (pyodk, ruODK, Power BI) work with it by changing an address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from waystation.access.problems import NotSignedIn, SessionOver, WrongPassword
from waystation.access.queries import check_may, program
from waystation.kernel.problems import Problem, Translate

from .. import problems
from ..actions import KeptFile
from ..files import keep
from ..problems import NotJson, WordMissing, WrongWord

if TYPE_CHECKING:
    from waystation.access.models import Actor

Answer = Callable[..., Any]
PIECE = 65_536  # bytes
LONGEST_NUMBER = 10  # digits, as databases count
SLASH = "\uf02f"
"""What stands in an address for a slash within a name, from the server to the routes: a sign that no script has."""

NUMBERS: dict[type[Problem], str] = {
    NotJson: "400.1",
    WordMissing: "400.2",
    problems.FormNotReadable: "400.15",
    problems.NotAForm: "400.15",
    problems.FormWarnings: "400.16",
    problems.NotAskedThatWay: "501.1",
    problems.WrongWord: "400.11",
    NotSignedIn: "401.2",
    SessionOver: "401.2",
    WrongPassword: "401.2",
    problems.NothingToEdit: "404.5",
    problems.FormClosed: "409.2",
    problems.VersionTaken: "409.6",
    problems.EditOfOldEdition: "409.9",
    problems.EntityChanged: "409.15",
}
"""The numbers under which programs know these problems; of all others the first of their status."""

FIRST = {401: "401.2", 409: "409.3", 422: "400.8"}
INVALID = 422


def problem_told(problem: Problem, translate: Translate) -> JsonResponse:
    """A problem in the envelope of ODK Central, with our own code and remedy beside."""
    told = problem.as_dict(translate)
    number = next((NUMBERS[kind] for kind in type(problem).mro() if kind in NUMBERS), "")
    number = number or FIRST.get(problem.status, f"{problem.status}.1")
    body = {
        "message": f"{told['message']} {told['remedy']}",
        "code": float(number),
        "details": {**told["details"], "problem": told["code"]},
    }
    return JsonResponse(body, status=int(number.partition(".")[0]))


def resource(**methods: Answer) -> Callable[..., HttpResponseBase]:
    """An address and what it does by method. A function gets who calls, the request, and what the address says.

    What it answers is told as JSON, unless it is an answer already.
    """

    def view(request: HttpRequest, **named: Any) -> HttpResponseBase:
        method = "get" if request.method == "HEAD" else (request.method or "").lower()
        if method not in methods:
            return JsonResponse({"message": "Not found.", "code": 404.1}, status=404)
        told = methods[method](program(request), request, **named)
        return told if isinstance(told, HttpResponseBase) else JsonResponse(told, safe=False)

    return csrf_exempt(view)


def said(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of a request. Raises NotJson."""
    try:
        body = orjson.loads(request.body or b"{}")  # which refuses halves of pairs of surrogates, as databases do
    except ValueError as error:
        raise NotJson from error
    if not isinstance(body, dict):
        raise NotJson
    return body


def file_sent(by: Actor, request: HttpRequest, verb: str, scope: str, name: str) -> KeptFile:
    """Keep the body of a request as a file, before any transaction begins: name, hash and number of bytes.

    Raises MayNot first, so that nothing is kept for who may not send it.
    """
    check_may(by, verb, scope)
    return KeptFile(name, *keep(iter(lambda: request.read(PIECE), b"")))


def word(body: Mapping[str, Any], name: str) -> str:
    """A word of a request. Raises WordMissing."""
    found = body.get(name)
    if not isinstance(found, str) or not found.strip():
        raise WordMissing(word=name)
    return found


def text(body: Mapping[str, Any], name: str) -> str | None:
    """A text of a request that may be left out. Raises WrongWord for anything else."""
    found = body.get(name)
    if found is not None and not isinstance(found, str):
        raise WrongWord(name=name, word=str(found)[:80])
    return found


def truth(body: Mapping[str, Any], name: str) -> bool | None:
    """Yes or no, which may be left out. Raises WrongWord for anything else."""
    found = body.get(name)
    if found is not None and not isinstance(found, bool):
        raise WrongWord(name=name, word=str(found)[:80])
    return found


def number(request: HttpRequest, name: str, otherwise: int) -> int:
    """A whole number of the address. Raises WrongWord."""
    given = request.GET.get(name, "")
    if given and not (given.isascii() and given.isdigit() and len(given) < LONGEST_NUMBER):
        raise WrongWord(name=name, word=given[:80])
    return int(given) if given else otherwise


def is_true(request: HttpRequest, name: str) -> bool:
    """Whether an option of the address is switched on."""
    return request.GET.get(name, "").lower() == "true"


def in_full(request: HttpRequest) -> bool:
    """Whether a program asks for all that is known."""
    return request.headers.get("X-Extended-Metadata", "").lower() == "true"


def moment(at: datetime | None) -> str | None:
    """A moment as these programs read it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def actor_told(actor: Actor) -> dict[str, Any]:
    """Somebody, in short."""
    kinds = {"phone": "field_key", "program": "user", "system": "user"}
    return {
        "id": actor.pk,
        "type": kinds.get(actor.kind, "user"),
        "displayName": actor.name,
        "createdAt": moment(actor.made_at),
        "updatedAt": None,
        "deletedAt": None,
    }


DONE = {"success": True}
