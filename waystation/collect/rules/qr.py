"""What a phone reads from a QR code to set itself up: JSON, packed with zlib, in Base64, as ODK Collect takes it."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any, Final

AT_EVERY_CHANCE: Final = "wifi_and_cellular"


def phone_settings(address: str, *, name: str, username: str = "", password: str = "") -> dict[str, Any]:
    """Settings of a phone for one address, whose forms it keeps in step with. An account is asked for its PIN."""
    general: dict[str, Any] = {
        "server_url": address,
        "form_update_mode": "match_exactly",
        "autosend": AT_EVERY_CHANCE,
    }
    if username:
        general |= {"username": username, "password": password}
    return {"general": general, "admin": {}, "project": {"name": name}}


def draft_settings(address: str, *, name: str) -> dict[str, Any]:
    """Settings for trying out a draft, under a sign of its own in the phone's list of projects."""
    general = {"server_url": address, "form_update_mode": "match_exactly", "autosend": AT_EVERY_CHANCE}
    return {"general": general, "admin": {}, "project": {"name": f"[Draft] {name}", "icon": "\N{MEMO}"}}


def packed(settings: dict[str, Any]) -> str:
    """Settings as the text of a QR code."""
    said = json.dumps(settings, separators=(",", ":"), ensure_ascii=False)
    return base64.b64encode(zlib.compress(said.encode(), 9)).decode()
