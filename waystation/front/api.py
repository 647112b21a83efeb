"""The endpoint of programs to every action."""

from __future__ import annotations

import json

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from waystation.access.problems import NotSignedIn
from waystation.access.queries import caller

from . import doing
from .problems import NotJson


@csrf_exempt
@require_POST
def do(request: HttpRequest, verb: str) -> JsonResponse:
    """Do one action, by key only: a browser's session does not count here, so no other site can borrow it."""
    by = caller(request) if "Authorization" in request.headers else None
    if by is None:
        raise NotSignedIn
    try:
        words = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise NotJson from error
    if not isinstance(words, dict):
        raise NotJson
    result = doing.do(verb, by, words)
    return JsonResponse({"did": verb, "result": getattr(result, "pk", None)}, status=201)
