"""The files that a form asks for beside itself."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

ADDRESS: Final = re.compile(r"jr://(images|audio|video|file|file-csv)/([^\s\"'<>&]+)")
KINDS: Final = {"images": "image", "audio": "audio", "video": "video"}


def files_of(xform: str) -> dict[str, str]:
    """The files that an XForm names by `jr://` addresses, with what each is: image, audio, video, else file.

    The phone's own lists (`jr://instance/last-saved`) are none of them.
    """
    return {unquote(name): KINDS.get(folder, "file") for folder, name in ADDRESS.findall(xform)}
