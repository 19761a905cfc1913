"""Every setting, read once from the environment (`IMIN_X`) or a file named there (`IMIN_X_FILE`).

Without any, the defaults serve one machine: an embedded PostgreSQL, hosts under `localhost`. Each setting is
described in docs/reference/settings.md.
"""

import hashlib
import os
import re
from base64 import urlsafe_b64encode
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from secrets import token_bytes
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from imin import catalogues

DATA = Path(
    os.environ.get("IMIN_DATA") or Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "imin"
)
DEMO_FILE = DATA / "demo.env"  # there only while the demo runs, so that commands beside it find its payment service


def _of_the_demo() -> dict[str, str]:
    try:
        lines = DEMO_FILE.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line)


_demo = _of_the_demo()


def _read(name: str, default: str = "") -> str:
    """Return the setting `IMIN_<name>`, or the text of the file that `IMIN_<name>_FILE` names."""
    file = os.environ.get(f"IMIN_{name}_FILE")
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    return os.environ.get(f"IMIN_{name}", _demo.get(f"IMIN_{name}", default))


def _flag(name: str, *, default: bool) -> bool:
    return _read(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def _port(name: str, default: int, *, first: int, last: int) -> int:
    text = _read(name, str(default))
    if not text.isdigit() or not first <= int(text) <= last:
        raise ImproperlyConfigured(
            f"IMIN_{name} is a number from {first} to {last}, for example {default}; {text!r} is none."
        )
    return int(text)


def _networks(text: str) -> list[IPv4Network | IPv6Network]:
    try:
        return [ip_network(one) for one in text.split()]
    except ValueError as wrong:
        raise ImproperlyConfigured(
            f"IMIN_TRUSTED_PROXIES lists addresses and networks, for example `127.0.0.1 10.1.0.0/16`: {wrong}."
        ) from None


def _resolver(text: str) -> tuple[str, int] | None:
    """Return address and port of `9.9.9.9`, `127.0.0.1:5353` or `[::1]:53`; None means the system's own."""
    match = re.fullmatch(r"\[([0-9a-fA-F:]+)\](?::(\d+))?|([0-9.]+)(?::(\d+))?", text)
    if text and not match:
        raise ImproperlyConfigured(f"IMIN_DNS_RESOLVER is an address such as 9.9.9.9 or [::1]:53; {text!r} is none.")
    return (match[1] or match[3], int(match[2] or match[4] or 53)) if match else None


# ── where we are ────────────────────────────────────────────────────────────────────────────────────────────

PLATFORM_DOMAIN = _read("PLATFORM_DOMAIN", "localhost")
DEVELOPMENT = _flag("DEVELOPMENT", default=PLATFORM_DOMAIN == "localhost" or PLATFORM_DOMAIN.endswith(".localhost"))
DOMAIN_TARGETS = _read("DOMAIN_TARGETS") or f"targets.{PLATFORM_DOMAIN}"  # Brokers' CNAME records lead below it
PORT = _port("PORT", 8000, first=1, last=65533)  # the next two are for the demo's sandbox and for what the edge asks
LISTEN = _read("LISTEN", "127.0.0.1")
PUBLIC_SCHEME = _read("PUBLIC_SCHEME", "http" if DEVELOPMENT else "https")
PUBLIC_PORT = int(_read("PUBLIC_PORT", str(PORT) if DEVELOPMENT else "443"))
TLS_ASK_LISTEN = _read("TLS_ASK_LISTEN", "127.0.0.1")
TLS_ASK_PORT = _port("TLS_ASK_PORT", PORT + 2, first=0, last=65535)
TRUSTED_PROXIES = _networks(_read("TRUSTED_PROXIES"))
WEB_THREADS = int(_read("WEB_THREADS", "8"))
WEB_PROCESSES = int(_read("WEB_PROCESSES", "1"))
CLOCK_OFFSET = int(_read("CLOCK_OFFSET", "0")) if DEVELOPMENT else 0
SECOND_FACTOR_OPTIONAL = _flag("SECOND_FACTOR_OPTIONAL", default=False)
if SECOND_FACTOR_OPTIONAL and not DEVELOPMENT:
    raise ImproperlyConfigured(
        "IMIN_SECOND_FACTOR_OPTIONAL is for development: elsewhere every operator needs a second factor. Unset it."
    )
TENANT_CACHE_SECONDS = int(_read("TENANT_CACHE_SECONDS", "5"))
CERTIFICATE_AUTHORITIES = _read("CERTIFICATE_AUTHORITIES", "letsencrypt.org").split()


# ── secrets ─────────────────────────────────────────────────────────────────────────────────────────────────


def _secret_keys() -> list[str]:
    """Return the Fernet keys; on one machine without any, one is made once and kept in the data folder."""
    given = _read("SECRET_KEYS")
    if given:
        return [key.strip() for key in given.split(",") if key.strip()]
    file = DATA / "secret.keys"
    DATA.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(urlsafe_b64encode(token_bytes(32)).decode())
    except FileExistsError:
        pass
    return [key.strip() for key in file.read_text().replace("\n", ",").split(",") if key.strip()]


SECRET_KEYS = _secret_keys()
_derived = [hashlib.sha256(b"imin django " + key.encode()).hexdigest() for key in SECRET_KEYS]
SECRET_KEY, SECRET_KEY_FALLBACKS = _derived[0], _derived[1:]

# ── database ────────────────────────────────────────────────────────────────────────────────────────────────

DATABASE_URL = os.environ.get("DATABASE_URL") or _read("DATABASE_URL")
DATABASE_WEB_URL = os.environ.get("DATABASE_WEB_URL") or _read("DATABASE_WEB_URL")
DATABASE_NAME = _read("DATABASE_NAME", "imin")
if bool(DATABASE_URL) != bool(DATABASE_WEB_URL):
    raise ImproperlyConfigured(
        "Set both DATABASE_URL (the owner: migrations, worker) and DATABASE_WEB_URL (the role of web processes, which "
        "row-level security holds), or neither for the embedded PostgreSQL."
    )


def _embedded_folder() -> Path:
    """Return where the embedded PostgreSQL keeps its data.

    PostgreSQL refuses to run as root, and the user that it runs as instead cannot enter a closed home folder:
    root's data then lies in /var/lib/imin.
    """
    folder = DATA / "postgresql"
    if os.geteuid() != 0:
        return folder
    parents = [parent for parent in folder.absolute().parents if parent.exists()]
    if all(parent.stat().st_mode & 0o001 for parent in parents):
        return folder
    return Path("/var/lib/imin") / hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:8]


EMBEDDED_FOLDER = _embedded_folder()
EMBEDDED_SOCKETS = (
    EMBEDDED_FOLDER / "run"
    if len(str(EMBEDDED_FOLDER)) < 80  # a socket's whole path must fit into 107 bytes
    else Path("/tmp") / f"imin-{hashlib.sha256(str(EMBEDDED_FOLDER).encode()).hexdigest()[:12]}"  # noqa: S108
)
EMBEDDED_FSYNC = _flag("EMBEDDED_FSYNC", default=True)


DATABASE_TIMEOUT_SECONDS = float(_read("DATABASE_TIMEOUT_SECONDS", "5"))


def _database(url: str, user: str, **session: str) -> dict[str, Any]:
    """Return how Django reaches `url`, or the embedded one as `user`; `session` are the role's settings there."""
    if not url:
        place: dict[str, Any] = {
            "NAME": DATABASE_NAME,
            "USER": user,
            "HOST": str(EMBEDDED_SOCKETS),
            "PORT": "5432",
        }
    else:
        parts = urlsplit(url)
        place = {
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or 5432),
        }
    options = {
        "pool": {
            "min_size": 1,
            "max_size": WEB_THREADS + 2,
            "timeout": 2,  # how long a page waits for PostgreSQL before it says that it is away
            "reconnect_timeout": 2,  # the next request tries again at once; the pool's own pauses grow to minutes
        },
        "connect_timeout": 5,
        "keepalives_idle": 10,  # seconds; with the next three a machine that is gone is noticed within 25
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,  # milliseconds
        "options": " ".join(f"-c {name}={value}" for name, value in session.items()),
        **dict(parse_qsl(urlsplit(url).query)),
    }
    return {"ENGINE": "imin.ground.postgresql", "OPTIONS": options, **place}


OWNER_ROLE = "imin_owner"
_OF_WEB = {
    "statement_timeout": f"{DATABASE_TIMEOUT_SECONDS:g}s",
    "idle_in_transaction_session_timeout": "60s",  # a web process that is gone must not keep its locks
}
DATABASES = {
    "default": _database(DATABASE_WEB_URL, "imin_web", **_OF_WEB),
    "owner": _database(DATABASE_URL, OWNER_ROLE),  # its migrations and jobs may take their time
}
WEB_ROLE: str = DATABASES["default"]["USER"]
DATABASE_ROUTERS = ["imin.ground.database.RoleRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── payments ────────────────────────────────────────────────────────────────────────────────────────────────

STRIPE_SECRET_KEY = _read("STRIPE_SECRET_KEY")
STRIPE_PUBLISHABLE_KEY = _read("STRIPE_PUBLISHABLE_KEY")
STRIPE_WEBHOOK_SECRETS = [secret for secret in _read("STRIPE_WEBHOOK_SECRET").split(",") if secret]
STRIPE_API_BASE = _read("STRIPE_API_BASE", "https://api.stripe.com")
STRIPE_JS_URL = _read("STRIPE_JS_URL", "https://js.stripe.com/endive/stripe.js")
STRIPE_FRAME_ORIGINS = _read(
    "STRIPE_FRAME_ORIGINS", "https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com"
).split()
STRIPE_TIMEOUT_SECONDS = float(_read("STRIPE_TIMEOUT_SECONDS", "10"))


def _steps(name: str, text: str) -> tuple[int, int, int]:
    """Return after how many failed cards the guard slows down, asks for a challenge, and stops."""
    numbers = [int(word) for word in text.split() if word.isdigit()]
    if len(numbers) != 3 or len(text.split()) != 3 or not 0 < numbers[0] <= numbers[1] <= numbers[2]:
        raise ImproperlyConfigured(
            f"IMIN_{name} is three growing numbers of failed cards, for example 4 6 10: slow down, challenge, stop; "
            f"{text!r} is not."
        )
    return numbers[0], numbers[1], numbers[2]


CARD_GUARD_CUSTOMER = _steps("CARD_GUARD_CUSTOMER", _read("CARD_GUARD_CUSTOMER", "4 6 10"))
CARD_GUARD_CARD = _steps("CARD_GUARD_CARD", _read("CARD_GUARD_CARD", "4 6 10"))
CARD_GUARD_BIN = _steps("CARD_GUARD_BIN", _read("CARD_GUARD_BIN", "20 40 80"))
CARD_GUARD_ADDRESS = _steps("CARD_GUARD_ADDRESS", _read("CARD_GUARD_ADDRESS", "10 20 40"))
CARD_GUARD_UNFINISHED = int(_read("CARD_GUARD_UNFINISHED", "15"))
EVIDENCE_KEPT_DAYS = int(_read("EVIDENCE_KEPT_DAYS", "2192"))  # six years, for as long as claims can be made

# ── outgoing requests and limits ────────────────────────────────────────────────────────────────────────────

PRIVATE_HOSTS_ALLOWED = _read("PRIVATE_HOSTS_ALLOWED").split()
CA_FILE = _read("CA_FILE")
DNS_RESOLVER = _resolver(_read("DNS_RESOLVER"))
HTTP_TIMEOUT_SECONDS = float(_read("HTTP_TIMEOUT_SECONDS", "10"))
MAX_BODY_BYTES = int(_read("MAX_BODY_BYTES", str(256 * 1024)))
RATE_LIMITS = _flag("RATE_LIMITS", default=True)


def _rate(name: str, text: str) -> tuple[float, int]:
    """Return how many a second, and how many at once."""
    try:
        per_second, burst = text.split()
        rate = float(per_second), int(burst)
    except ValueError:
        rate = (-1.0, 0)
    if rate[0] < 0 or (rate[0] and rate[1] < 1):
        raise ImproperlyConfigured(
            f"IMIN_{name} is how many requests a second, and how many at once, for example 50 500; {text!r} is not."
        )
    return rate


RATE_ADDRESS = _rate("RATE_ADDRESS", _read("RATE_ADDRESS", "50 500"))
RATE_SESSION = _rate("RATE_SESSION", _read("RATE_SESSION", "10 100"))
RATE_HOST = _rate("RATE_HOST", _read("RATE_HOST", "500 2000"))
RATE_SIGN_IN = _rate("RATE_SIGN_IN", _read("RATE_SIGN_IN", "2 100"))
RATE_SIGN_IN_BROKER = _rate("RATE_SIGN_IN_BROKER", _read("RATE_SIGN_IN_BROKER", "30 500"))
RATE_CONSOLE_SIGN_IN = _rate("RATE_CONSOLE_SIGN_IN", _read("RATE_CONSOLE_SIGN_IN", "1 60"))
RATE_SERVER = _rate("RATE_SERVER", _read("RATE_SERVER", "200 2000"))
LOG_FORMAT = _read("LOG_FORMAT", "text" if DEVELOPMENT else "json")

# ── mail ────────────────────────────────────────────────────────────────────────────────────────────────────


def _smtp(url: str) -> SplitResult:
    """Return the parts of `smtps://…`, `smtp+starttls://…` or `smtp://…`; an empty scheme means files."""
    parts = urlsplit(url)
    if url and (parts.scheme not in _SMTP_PORTS or not parts.hostname):
        raise ImproperlyConfigured(
            "IMIN_SMTP_URL is an address such as smtps://name:password@mail.example or smtp+starttls://…:587."
        )
    if parts.password and parts.scheme == "smtp":
        raise ImproperlyConfigured("IMIN_SMTP_URL would send a password in clear: use smtps:// or smtp+starttls://.")
    return parts


_SMTP_PORTS = {"smtps": 465, "smtp+starttls": 587, "smtp": 25}
_mail = _smtp(_read("SMTP_URL"))
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if _mail.scheme else "imin.ground.mail_files.MailFiles"
EMAIL_HOST, EMAIL_PORT = _mail.hostname or "", _mail.port or _SMTP_PORTS.get(_mail.scheme, 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.scheme == "smtps", _mail.scheme == "smtp+starttls"
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = DATA / "mail"  # where mails lie as files when there is no IMIN_SMTP_URL
MAIL_FROM = _read("MAIL_FROM") or f"imin@{PLATFORM_DOMAIN}"
MAIL_BOUNCES = _read("MAIL_BOUNCES")
MAIL_BOUNCES_SECRETS = [secret for secret in _read("MAIL_BOUNCES_SECRET").split(",") if secret]
if any(len(secret) < 32 for secret in MAIL_BOUNCES_SECRETS):
    raise ImproperlyConfigured("IMIN_MAIL_BOUNCES_SECRET is too short: give it 32 letters (`openssl rand -hex 32`).")
OPERATORS_MAIL = _read("OPERATORS_MAIL", "operators@localhost" if DEVELOPMENT else "").split()

# ── Django ──────────────────────────────────────────────────────────────────────────────────────────────────

DEBUG = False
ALLOWED_HOSTS = ["*"]  # the front door answers for hosts: exact match or 404
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "imin.console",  # before Django's admin, whose templates it replaces
    "imin.console.config.ConsoleAdmin",
    "procrastinate.contrib.django",
    "imin.ground",
    "imin.brokers",
    "imin.identity",
    "imin.customers",
    "imin.payments",
    "imin.mail",
    "imin.rights",
    "imin.cards",
]
MIDDLEWARE = [
    "imin.ground.log.access_log",
    "imin.ground.security.headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "imin.brokers.languages.speaking",
    "imin.site.rate_limit",
    "imin.site.front_door",
    "imin.ground.outage.Outage",
    "imin.ground.security.limits",
    "imin.ground.security.same_origin",
    "imin.console.middleware.operators",
    "django.middleware.csrf.CsrfViewMiddleware",
]
ROOT_URLCONF = "imin.site"
PAGES = [Path(__file__).parent / room / "pages" for room in ("brokers", "identity", "cards", "mail")]  # Jinja2
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "imin.site.csrf_refused"
REFUSAL_VIEW = "imin.site.refused"  # (request, reason, status): what ground.security refuses is told to a person
PREVIEWS = {  # what an operator looks at before looks are saved: (label, who draws it from a draft)
    "list": ("The list of cards", "imin.cards.preview.card_list"),
    "add": ("Adding a card", "imin.cards.preview.adding"),
    "error": ("An error", "imin.cards.preview.error"),
    "mail": ("A mail", "imin.mail.preview.mail"),
}
UNAVAILABLE_VIEW = "imin.site.unavailable"  # (request): told while PostgreSQL is away
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie but __Host- ones
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_NAME = "__Host-console"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_AGE = 8 * 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
SECURE_CROSS_ORIGIN_OPENER_POLICY = None  # ground.security sets every header in one place
X_FRAME_OPTIONS = "DENY"

USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = ["imin.console.formats"]
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg"), ("pl", "Polski"), ("ar", "العربية")]
LOCALE_PATHS = [catalogues.compiled(DATA / "locale")]

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
PROCRASTINATE_DATABASE_ALIAS = "owner"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
LOGGING_CONFIG = None  # ground.log sets it up
TEST_RUNNER = "django.test.runner.DiscoverRunner"
SILENCED_SYSTEM_CHECKS = ["admin.E408", "admin.E409", "admin.E410"]  # imin.console.middleware has them
