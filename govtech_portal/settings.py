"""All settings in one file; what differs between places comes from the environment (README lists it)."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from psycopg.conninfo import conninfo_to_dict

ROOT = Path(__file__).resolve().parent.parent
env = environ.Env()


def _database(url: str) -> dict[str, object]:
    """Read a libpq URI as libpq does, unix sockets (?host=/dir) included."""
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": parts,
    }


# What kind of place this is
DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("DEMO", False)
SITE_URL = env("SITE_URL", default="http://localhost:8000").rstrip("/")
SECRET_KEY = env("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[urlsplit(SITE_URL).hostname, "localhost", "127.0.0.1"])
HTTPS = SITE_URL.startswith("https://")
# Behind a proxy that sets X-Forwarded-Proto itself; never trust it otherwise.
if env.bool("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Whose X-Forwarded-For is believed; the default is this machine and private networks, as in docker-compose.yml.
PROXY_NETWORKS = env.list(
    "PROXY_NETWORKS", default=["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]
)

INSTALLED_APPS = [
    "govtech_portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "drf_spectacular",
    "pgtrigger",
    "rest_framework",
    "rules.apps.AutodiscoverRulesConfig",
    "members",
    "catalogue",
    "procurement",
    "subscriptions",
    "govtech_portal.apps.PortalConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "govtech_portal.security.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.common.CommonMiddleware",  # before the page cache, so that it refuses a foreign Host first
    "govtech_portal.page_cache.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "govtech_portal.urls"
WSGI_APPLICATION = "govtech_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "govtech_portal.context.portal",
            ],
        },
    }
]

# Database: the application's role here, the owner's role (migrate, grant, backup) by DATABASE_OWNER_URL.
DATABASES = {"default": _database(env("DATABASE_URL", default="postgresql:///portal"))}
DATABASE_OWNER_URL = env("DATABASE_OWNER_URL", default="")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PGTRIGGER_MIGRATIONS = True

# Redis only shortens the wait: nothing lives in it alone.
REDIS_URL = env("REDIS_URL", default="redis://localhost:6379/0")
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_TIMEZONE = "UTC"  # crontab entries in local time skip or repeat over daylight saving
LOOK_SECONDS = env.float("LOOK_SECONDS", 2.0)  # how often the worker looks for due work
CELERY_BEAT_SCHEDULE = {
    "announce": {
        "task": "subscriptions.tasks.announce",
        "schedule": LOOK_SECONDS,
        "options": {"expires": 10},
    },
    "deliver": {
        "task": "subscriptions.tasks.deliver",
        "schedule": LOOK_SECONDS,
        "options": {"expires": 10},
    },
    "ask_whether_still": {
        "task": "catalogue.tasks.ask_whether_still",
        "schedule": 3600.0,
        "options": {"expires": 600},
    },
    "refresh_publiccode": {
        "task": "catalogue.tasks.refresh_publiccode",
        "schedule": 3600.0,
        "options": {"expires": 600},
    },
    "forget": {
        "task": "subscriptions.tasks.forget",
        "schedule": 3600.0,
        "options": {"expires": 600},
    },
}

# The page cache is per process; a page is keyed by the portal's version, so no process can serve a stale one.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# Mail: every mail to one known person is a row first (members.OutgoingMail), so libraries cannot lose one.
EMAIL_BACKEND = "members.mail.OutgoingMailBackend"
EMAIL_URL = env("EMAIL_URL", default="smtp://localhost:25")
SMTP = env.email_url_config(EMAIL_URL)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="GovTech-Lösungskatalog <katalog@katalog.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAILBOX_DIR = env("MAILBOX_DIR", default="")  # demo only: where its SMTP server keeps mails for /postfach/
BOUNCE_ADDRESS = env("BOUNCE_ADDRESS", default="")  # rueck@katalog.example: its +extensions come to take_bounces
MAIL_DOMAIN_LIMIT = env.int("MAIL_DOMAIN_LIMIT", 100000)  # mails a minute to one mail domain, by each worker
# Only for tests: webhooks and checks of links may reach this very machine, over plain http as well.
OUTBOUND_ALLOWS_LOOPBACK = env.bool("OUTBOUND_ALLOWS_LOOPBACK", False)
UNDO_SECONDS = env.int("UNDO_SECONDS", 300)  # within it a transfer can be taken back and nobody is told

# Accounts (django-allauth): e-mail is the login, German paths are in members/urls.py.
AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = [
    "govtech_portal.roles.RoleBackend",  # the campus team
    "rules.permissions.ObjectPermissionBackend",  # people of an organisation: rules.py of each room
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 12}
ACCOUNT_ADAPTER = "members.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # who changes how one logs in: the person learns of it by mail
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # also before another address or password, or a linked account
ACCOUNT_SESSION_REMEMBER = False  # the session ends with the browser, at the latest after SESSION_COOKIE_AGE
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True  # the mailbox is proven; so nobody's guessing can lock its owner out
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False  # theirs count in a cache, not atomically; ours: members/limits.py
ACCOUNT_FORMS = {"user_token": "members.account_forms.TokenForm"}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account_home"
LOGOUT_REDIRECT_URL = "start"
STAFF_MFA = env.bool("STAFF_MFA", not DEMO)  # second factor for staff; the demo may go without
MFA_ADAPTER = "members.second_factor.MFAAdapter"
MFA_FORMS = {
    "activate_totp": "members.account_forms.FirstCodeForm",
    "authenticate": "members.account_forms.CodeForm",
    "reauthenticate": "members.account_forms.CodeAgainForm",
    "add_webauthn": "members.account_forms.AddPasskeyForm",
    "authenticate_webauthn": "members.account_forms.PasskeyForm",
    "login_webauthn": "members.account_forms.PasskeyLoginForm",
    "reauthenticate_webauthn": "members.account_forms.PasskeyAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds: clocks of phones differ
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # the demo on localhost; browsers allow it there alone

# OpenID Connect: the identity provider of an authority or of the campus (README says how)
OIDC_ISSUER = env("OIDC_ISSUER", default="").rstrip("/")
OIDC_ORIGINS = env.list("OIDC_ORIGINS", default=[]) or (["/".join(OIDC_ISSUER.split("/")[:3])] if OIDC_ISSUER else [])
OIDC_NAME = env("OIDC_NAME", default="Dienstkonto")
OIDC_CLIENT_ID = env("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env("OIDC_CLIENT_SECRET", default="")
OIDC_DOMAINS = [domain.lower() for domain in env.list("OIDC_DOMAINS", default=[])]
OIDC_ROLE_CLAIM = env("OIDC_ROLE_CLAIM", default="roles")
OIDC_ROLES = json.loads(env("OIDC_ROLES", default="") or "{}")
OIDC_MFA_VALUES = set(env.list("OIDC_MFA_VALUES", default=["mfa"]))
SOCIALACCOUNT_ADAPTER = "members.single_sign_on.SingleSignOn"
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_STORE_TOKENS = False

# Language and time
LANGUAGE_CODE = "de"
TIME_ZONE = "Europe/Berlin"
USE_I18N = True
USE_TZ = True
FORMS_URLFIELD_ASSUME_HTTPS = True  # what Django 6 does anyway: an address without scheme is https

# Static files: own ones in static/, those of KERN, htmx and Fira Sans in static/vendor/ (made by npm, ignored)
STATIC_URL = "/static/"
STATIC_ROOT = env("STATIC_ROOT", default=str(ROOT / "staticfiles"))
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Web security (quality.md): nothing is allowed but what is named here, no third party at all
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # KERN's icons are data: masks in its stylesheet
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *OIDC_ORIGINS],  # the button of the identity provider is a form that leads there
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-sitzung" if HTTPS else "sitzung"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600  # seconds; staff log in once a working day
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "govtech_portal.technical.csrf_failure"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# API: read-only, anonymous, JSON; errors are problem+json (RFC 9457)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["govtech_portal.api_lists.ListFilterBackend"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_PAGINATION_CLASS": "govtech_portal.api_lists.PagePagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "govtech_portal.api.problem_json",
    "UNAUTHENTICATED_USER": None,
    "PAGE_SIZE": 20,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "GovTech-Lösungskatalog",
    "DESCRIPTION": "Lösungen, ihre Verbreitung und Markterkundungen der deutschen Verwaltung. Nur lesend.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "govtech_portal.api_schema.with_problems",
    ],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
