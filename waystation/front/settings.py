"""Django's settings, worked out from the few that an installation may choose (variables.py)."""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from .variables import read_settings

CHOSEN = read_settings()
DATA = CHOSEN["DATA"].absolute()
APPS = ["access", "collect", "sharing", "places", "people", "tracking", "camps", "journeys", "regime", "front"]


def secret(chosen: str, folder: Path) -> str:
    """The chosen key; else the one kept in the folder; else a fresh one, which `waystation init` keeps there."""
    try:
        return chosen or (folder / "secret").read_text()
    except (FileNotFoundError, NotADirectoryError):
        return secrets.token_urlsafe(50)


def database(address: str) -> dict[str, Any]:
    """SQLite beside the data, or the PostgreSQL at an address."""
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "waystation.sqlite3",
            # One write at a time, begun as such: a reader never turns writer half-way and fails.
            # FULL: what was answered 201 survives a power cut, not only a killed process.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;",
            },
            "CONN_MAX_AGE": None,
            "TEST": {"NAME": DATA / "test.sqlite3"},
        }
    parts = urlsplit(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


SECRET_KEY = secret(CHOSEN["SECRET"], DATA)
DEBUG = False
ALLOWED_HOSTS = CHOSEN["HOSTS"]
DATABASES = {"default": database(CHOSEN["DATABASE"])}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": DATA / "cache"},
}

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    *[f"waystation.{app}" for app in APPS],
    "allauth",
    "allauth.account",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "waystation.front.answers.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "waystation.front.answers.NotTooLarge",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "waystation.front.answers.ProblemsAnswered",
]
ROOT_URLCONF = "waystation.front.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "waystation.front.frame.frame",
            ],
        },
    }
]

AUTH_USER_MODEL = "access.Actor"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # people of the field have no address of their own
ACCOUNT_ADAPTER = "waystation.front.sign_in.SignIn"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

SESSION_COOKIE_AGE = 12 * 3600  # a shift
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CHOSEN["ORIGIN"].startswith("https://")
CSRF_TRUSTED_ORIGINS = [CHOSEN["ORIGIN"]] if CHOSEN["ORIGIN"] else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

HOOKS_INSIDE = CHOSEN["HOOKS_INSIDE"]

LANGUAGE_CODE = CHOSEN["LANGUAGE"]
LANGUAGES = [("en", "English"), ("fr", "Français"), ("ar", "العربية")]
LOCALE_PATHS = [Path(__file__).parent / "locale"]
FORMAT_MODULE_PATH = "waystation.front.formats"
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
DATA_UPLOAD_MAX_NUMBER_FILES = 101  # a phone sends at most 100 files and the form itself
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_TEMP_DIR = None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"keyless": {"()": "waystation.front.logs.WithoutKeys"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["keyless"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"waystation": {"level": "INFO"}},
}
