"""A slash within a name, such as of the form `a/b`: programs write it %2F, and servers are wont to undo that."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from waystation.collect.api.rest import SLASH

from .bodies import Application, Environ

ENCODED = re.compile("%2f", re.IGNORECASE)


def slashes_kept(application: Application) -> Application:
    """The same application, which can tell a slash within a name from one between names."""

    def run(environ: Environ, start_response: object) -> object:
        raw = environ.get("RAW_URI", "").partition("?")[0]
        if raw.startswith("/v1/") and ENCODED.search(raw):
            path = b"/".join(map(unquote_to_bytes, ENCODED.sub("\0", raw).split("/")))
            environ["PATH_INFO"] = path.replace(b"\0", SLASH.encode()).decode("latin-1")
        return application(environ, start_response)

    return run  # type: ignore[return-value]
