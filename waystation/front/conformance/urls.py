"""Every route, and the two by which a test suite steers the server."""

from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from .. import urls
from . import state

DONE = {"success": True}


@csrf_exempt
@require_POST
def reset(request: HttpRequest) -> JsonResponse:
    """Put everything back to the fixture."""
    state.reset()
    return JsonResponse(DONE)


@csrf_exempt
@require_POST
def drain(request: HttpRequest) -> JsonResponse:
    """Answer when all background work is done."""
    state.drain()
    return JsonResponse(DONE)


urlpatterns = [path("-/reset", reset), path("-/drain", drain), *urls.urlpatterns]
handler404 = urls.handler404
handler400 = urls.handler400
