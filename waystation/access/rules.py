"""What a grant covers; what a name, a scope and a key may be. No database."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from .problems import BadScope, BadUsername

USERNAME = re.compile(r"[a-z0-9._+@-]{2,60}")
SCOPE = re.compile(r"/|(/[A-Za-z0-9._-]+)+")
KEY_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
KEY_LENGTH = 64  # what ODK's phones and scripts expect of a key in the address


def covers(held: str, scope: str) -> bool:
    """Whether a grant over one path reaches another: itself and all inside it."""
    return held in ("/", scope) or scope.startswith(held + "/")


def includes(verbs: Iterable[str], verb: str) -> bool:
    """Whether a role's verbs hold one; `*` stands for anything, as in `tracking.*` or `*.see`."""
    return any(fnmatchcase(verb, pattern) for pattern in verbs)


def ancestors(scope: str) -> list[str]:
    """A place and all that lie around it, up to everywhere."""
    parts = scope.strip("/").split("/") if scope != "/" else []
    return ["/" + "/".join(parts[:length]) for length in range(len(parts) + 1)]


def common_scope(scopes: Iterable[str]) -> str:
    """The smallest path that covers all of these; everywhere when there is none."""
    shared: list[str] | None = None
    for scope in scopes:
        parts = scope.strip("/").split("/") if scope != "/" else []
        if shared is None:
            shared = parts
            continue
        length = next((at for at, (one, other) in enumerate(zip(shared, parts, strict=False)) if one != other), None)
        shared = shared[: min(len(shared), len(parts)) if length is None else length]
    return "/" + "/".join(shared or [])


def checked_scope(word: str) -> str:
    """A path as it is stored. Raises BadScope."""
    path = word.rstrip("/") or "/"
    if not SCOPE.fullmatch(path):
        raise BadScope(scope=word)
    return path


def checked_username(word: str) -> str:
    """A user name in lower case. Raises BadUsername."""
    name = word.strip().lower()
    if not USERNAME.fullmatch(name):
        raise BadUsername(name=word)
    return name


def new_key() -> str:
    """A key nobody can guess: 64 letters and digits, 381 bits."""
    return "".join(secrets.choice(KEY_SIGNS) for _sign in range(KEY_LENGTH))


def derived_key(secret: str, actor: int, nth: int) -> str:
    """The nth key of an actor, which nobody can guess without the installation's secret.

    It can be shown again to set up another phone, and still no key lies in the database or in its backups.
    """
    number = int.from_bytes(hmac.digest(secret.encode(), f"key {actor} {nth}".encode(), "sha512"))
    signs = []
    for _sign in range(KEY_LENGTH):
        number, at = divmod(number, len(KEY_SIGNS))
        signs.append(KEY_SIGNS[at])
    return "".join(signs)


PIN_LENGTH = 8


def derived_pin(secret: str, actor: int, nth: int) -> str:
    """The nth PIN of an actor: eight digits, worked out like a key and kept nowhere (docs/decisions/0017)."""
    number = int.from_bytes(hmac.digest(secret.encode(), f"pin {actor} {nth}".encode(), "sha512"))
    return str(number % 10**PIN_LENGTH).zfill(PIN_LENGTH)


REALM = "Waystation"
PART = re.compile(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')


@dataclass(frozen=True, slots=True)
class Digest:
    """What a header `Authorization: Digest …` says, by RFC 2617 and 7616 with MD5, which is what phones speak."""

    username: str
    nonce: str
    uri: str
    response: str
    nc: str
    cnonce: str
    qop: str


def read_digest(shown: str) -> Digest:
    """The parts of such a header; those that it does not have are empty."""
    found = {name.lower(): re.sub(r"\\(.)", r"\1", quoted) or plain for name, quoted, plain in PART.findall(shown)}
    return Digest(*(found.get(name, "") for name in Digest.__slots__))


def digest_answer(said: Digest, password: str, method: str) -> str:
    """The response that whoever knows the password would give."""

    def md5(*words: str) -> str:
        return hashlib.md5(":".join(words).encode(), usedforsecurity=False).hexdigest()

    who, what = md5(said.username, REALM, password), md5(method, said.uri)
    if said.qop:
        return md5(who, said.nonce, said.nc, said.cnonce, said.qop, what)
    return md5(who, said.nonce, what)


def digest(key: str) -> str:
    """What is stored of a key. A plain hash will do, for a key is random; a password is not, and gets Argon2."""
    return hashlib.sha256(key.encode()).hexdigest()


def name_and_password(shown: str) -> tuple[str, str]:
    """What a header `Authorization: Basic …` says, by RFC 7617; empty where it cannot be read."""
    try:
        name, _colon, password = base64.b64decode(shown.strip(), validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return name, password


def new_password() -> str:
    """A password for a first sign-in, easy to read out: five groups of four signs, 100 bits."""
    signs = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(signs) for _sign in range(4)) for _group in range(5))
