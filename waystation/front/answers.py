"""Problems as answers: one shape inside, one rendering per kind of caller. And the headers every answer carries."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import (
    BadRequest,
    DisallowedHost,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils.translation import gettext

from waystation.access.problems import NonceTooOld, NotSignedIn, WrongPassword
from waystation.access.queries import grants_read_once, new_nonce
from waystation.access.rules import REALM
from waystation.collect.api.openrosa import LARGEST_REQUEST, message, openrosa
from waystation.collect.api.rest import problem_told
from waystation.collect.problems import TooMuchAtOnce
from waystation.kernel.problems import Problem

from .problems import (
    Busy,
    CannotBeKept,
    Contradiction,
    CutShort,
    NoSuchPage,
    NotUnderstood,
    PartTooLarge,
    TooManyParts,
    UnknownHost,
    WrongMethod,
)

Answer = Callable[[HttpRequest], HttpResponse]

log = logging.getLogger(__name__)

LARGEST = LARGEST_REQUEST + 1_000_000  # bytes: the largest file, and the form around it

PHONES = re.compile(r"^/v1/(key|test)/|^/v1/.*/(formList|manifest|submission)$")
"""Addresses that only phones ask for."""

BY_KEY = re.compile(r"^/v1/(key|test)/")
"""Addresses that say who calls: a phone that is asked for a password there would never be right."""

POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


class ContentSecurityPolicy:
    """No script, style or picture from anywhere else: pages work without the internet, and leak nothing to it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response


class NotTooLarge:
    """Refuses, unread, what is larger than anything that is taken in anywhere."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
        if size > LARGEST:
            return answered(request, TooMuchAtOnce(size=size, limit=LARGEST_REQUEST))
        return self.get_response(request)


class ProblemsAnswered:
    """Answers a problem in the caller's own language: a page, JSON, or what a phone reads."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with grants_read_once():
            response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        told = answered(request, WrongMethod(method=request.method, allowed=response["Allow"]))
        told.status_code, told["Allow"] = response.status_code, response["Allow"]
        return told

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """What is not a problem is a bug: it is left to Django, logged whole, answered 500."""
        problem = as_problem(error)
        return None if problem is None else answered(request, problem)


TAKEN_FOR: tuple[tuple[tuple[type[Exception], ...], Problem], ...] = (
    ((Http404, PermissionDenied), NoSuchPage()),
    ((DisallowedHost,), UnknownHost()),
    ((TooManyFilesSent, TooManyFieldsSent), TooManyParts(most=settings.DATA_UPLOAD_MAX_NUMBER_FILES)),
    ((RequestDataTooBig,), PartTooLarge(most=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)),
    ((UnreadablePostError,), CutShort()),
    ((SuspiciousOperation, BadRequest, MultiPartParserError), NotUnderstood()),
    ((OperationalError,), Busy()),
    ((DataError,), CannotBeKept()),
    ((IntegrityError,), Contradiction()),
)
"""What Django raises by itself, and the problem that it is."""


def as_problem(error: Exception) -> Problem | None:
    """What Django raises by itself, as a problem of ours; None for a bug."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, OperationalError | DataError | IntegrityError):
        log.warning("the database refused", exc_info=error)
    return next((problem for kinds, problem in TAKEN_FOR if isinstance(error, kinds)), None)


def answered(request: HttpRequest, problem: Problem) -> HttpResponse:
    """A problem as its caller reads it."""
    if "X-OpenRosa-Version" in request.headers or PHONES.search(request.path):
        told = problem.as_dict(gettext)
        answer = openrosa(message(f"{told['message']} {told['remedy']}", "error"), status=problem.status)
        if isinstance(problem, NotSignedIn | WrongPassword | NonceTooOld) and not BY_KEY.search(request.path):
            answer["WWW-Authenticate"] = challenge(request, stale=isinstance(problem, NonceTooOld))
        return answer
    if request.path.startswith("/v1/"):
        return problem_told(problem, gettext)
    if "text/html" not in request.headers.get("Accept", ""):
        return JsonResponse(problem.as_dict(gettext), status=problem.status, content_type="application/problem+json")
    if isinstance(problem, NotSignedIn):
        return redirect_to_login(request.get_full_path())
    return render(request, "front/problem_page.html", {"problem": problem.as_dict(gettext)}, status=problem.status)


def challenge(request: HttpRequest, *, stale: bool) -> str:
    """How a phone may say who it is: by a digest of its PIN; where nobody can listen, by name and password as well.

    Without a challenge, phones ask nobody. Programs get none: they would take it for a question to a person.
    """
    digest = f'Digest realm="{REALM}", qop="auth", algorithm=MD5, nonce="{new_nonce()}"'
    digest += ", stale=true" if stale else ""
    return f'{digest}, Basic realm="{REALM}"' if request.is_secure() else digest


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that leads nowhere."""
    return answered(request, NoSuchPage())


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that Django cannot read."""
    return answered(request, as_problem(exception) or NotUnderstood())
