"""Settings every environment shares; what differs by machine comes from the environment.

`.env.example` names each variable. The process environment wins over `.env`.
"""

from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
env.read_env(BASE_DIR / ".env")

DEBUG = False
SECRET_KEY: str = env("SECRET_KEY")
JWT_SECRET_KEY: str = env("JWT_SECRET_KEY")
# "id:base64 of 32 bytes", comma separated; the first one seals, all of them open.
ENCRYPTION_KEYS: list[str] = env.list("ENCRYPTION_KEYS")
# Keyed digests for look-up and uniqueness; it never rotates, so it is a key of its own.
DIGEST_KEY: str = env("DIGEST_KEY")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "tablebanking",
    "reports",
    "meetings",
    "campaigns",
    "officers",
    "cycles",
    "loans",
    "savings",
    "ledger",
    "members",
    "groups",
    "notifications",
    "users",
    "audit",
    "core",
    "tablebanking.apps.ConsoleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_celery_beat",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.OptionalSlash",
    "core.middleware.HostileInput",
    "tablebanking.limits.BodyLimit",
    "audit.middleware.Origin",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "users.middleware.PersonLocale",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tablebanking.middleware.DeclaredRoutes",
]

ROOT_URLCONF = "tablebanking.urls"
WSGI_APPLICATION = "tablebanking.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "reports.context.console",
            ],
        },
    },
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # One writer at a time, asked for at the start: no late "database is locked".
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # REPLACE must fire the delete triggers; an acknowledged entry must survive a power cut.
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA recursive_triggers=ON;",
    }
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", None)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

REDIS_URL: str = env("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"}}

AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "groups.backends.RoleBackend"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("sw", _("Kiswahili"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["tablebanking.formats"]
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
# The business day is the day in Nairobi.
TIME_ZONE = "Africa/Nairobi"

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]

# Sealed files, by id: no address leads to them but the views that ask who may read.
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR_DIR / "files"}},
    "documents": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": env("DOCUMENTS_DIR", default=str(VAR_DIR / "documents"))},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# Pictures drawn anew and papers printed, at work or waiting for it, in one server process at once. Fewer than its
# threads, where it has a fixed number of them.
AT_THE_DOOR = 16

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["users.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["core.api.permissions.SignedInUnlessOpen"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["core.api.filters.StrictFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "core.api.pagination.PageNumbers",
    "DEFAULT_THROTTLE_CLASSES": ["core.api.throttling.UserThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "1200/min"},
    "EXCEPTION_HANDLER": "core.api.problems.problem_response",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Table Banking",
    "DESCRIPTION": "The books of savings groups: meetings, money and the people who keep them.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "GroupStatusEnum": "groups.models.BankingGroup.Status",
        "VoucherStatusEnum": "ledger.models.Voucher.Status",
        "OfficerStatusEnum": "officers.models.Officer.Status",
        "InvitationStatusEnum": "reports.api.member_shapes.INVITATIONS",
        "LoanStatusEnum": "loans.models.Status",
        "LoanChangeStatusEnum": "loans.models.LoanChange.State",
        "LoanMethodEnum": "groups.models.LoanTerms.Method",
    },
}

# Sign-in tokens. A key pair (RS256, ES256 or EdDSA, in PEM) takes the place of the shared key when it is given.
ACCESS_TOKEN_MINUTES = 30
REFRESH_TOKEN_DAYS = 7
# On a registered device: a phone that was offline for weeks can still deliver.
DEVICE_REFRESH_TOKEN_DAYS = 30
REFRESH_GRACE_SECONDS = 60
JWT_PRIVATE_KEY: str = env.str("JWT_PRIVATE_KEY", default="", multiline=True)
JWT_PUBLIC_KEY: str = env.str("JWT_PUBLIC_KEY", default="", multiline=True)
SIMPLE_JWT = {
    "ALGORITHM": env("JWT_ALGORITHM", default="RS256" if JWT_PRIVATE_KEY else "HS256"),
    "SIGNING_KEY": JWT_PRIVATE_KEY or JWT_SECRET_KEY,
    "VERIFYING_KEY": JWT_PUBLIC_KEY,
    "ISSUER": "table-banking",
    "AUDIENCE": "table-banking",
    "USER_ID_CLAIM": "sub",
    "AUTH_TOKEN_CLASSES": ("users.tokens.Access",),
}
# Who somebody is, and how to tell her something: rooms above `users` lend it these.
USER_DESCRIPTION = "groups.describe.describe_user"
MESSAGE_WRITER = "notifications.operations.write"
POST_HOLDERS = "officers.queries.holds_a_post"

# The longest body of all: a form with three pictures. `tablebanking.limits` says what each route takes, mostly a
# megabyte.
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
# Files on their way in are held in memory, never on disk in clear.
FILE_UPLOAD_HANDLERS = ["core.files.uploads.InMemory"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "reports.views.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# Jobs. Without Redis a folder is the broker: enough for one machine.
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
else:
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "queue"),
        "data_folder_out": str(VAR_DIR / "queue"),
        "processed_folder": str(VAR_DIR / "queue-done"),
        "control_folder": str(VAR_DIR / "queue-control"),
        "store_processed": False,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
# A job whose worker was killed is given to the next one: every job may be done again from the middle on.
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

# Where messages go: "null" says nothing to anybody, "folder" writes each one to var/outbox.
MESSAGE_CHANNEL: str = env("MESSAGE_CHANNEL", default="null")
# How many proxies of ours stand before the server: none means the socket's address is the caller's.
TRUSTED_PROXIES: int = env.int("TRUSTED_PROXIES", default=0)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
