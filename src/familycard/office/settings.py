"""Django's settings, made from the deployment; nothing here is a secret."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF

from familycard.office.deployment import deployment

DEPLOYMENT = deployment()
HERE = Path(__file__).parent

SECRET_KEY = DEPLOYMENT.key("django").hex()
DEBUG = False
ALLOWED_HOSTS = list(DEPLOYMENT.hosts)
ROOT_URLCONF = "familycard.office.urls"
WSGI_APPLICATION = "familycard.office.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = DEPLOYMENT.databases()
# What all processes must count together (attempts to sign in, requests of a partner) lies in the database.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

OUR_APPS = [
    "access",
    "accounts",
    "administration",
    "analyst",
    "api",
    "audit",
    "cards",
    "casework",
    "citizen",
    "claims",
    "components",
    "consents",
    "desks",
    "emergency",
    "representation",
    "pages",
    "rules",
    "steward",
    "supervisor",
    "worker",
]
INSTALLED_APPS = [
    *(f"familycard.office.{app}" for app in OUR_APPS),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
    "oauth2_provider",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "familycard.office.access.middleware.AccessMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "familycard.office.pages.templatetags.shown"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "familycard.office.pages.surroundings.surroundings",
            ],
        },
    }
]

# Languages. English is what the code says; Kazakh is what a visitor without a wish sees.
LANGUAGE_CODE = "kk"
LANGUAGES = [("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")]
LOCALE_PATHS = [HERE / "languages" / "locale"]
FORMAT_MODULE_PATH = ["familycard.office.languages.formats"]
USE_TZ = True
TIME_ZONE = "Asia/Almaty"

# Who is who.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600
"""Seconds within which a link to set a password works."""
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "familycard.office.accounts.passwords.CommonPasswordMadeLonger"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "pages:home"
LOGOUT_REDIRECT_URL = "pages:home"
ACCOUNT_ADAPTER = "familycard.office.accounts.adapter.Adapter"
MFA_ADAPTER = "familycard.office.accounts.adapter.SecondStep"
SOCIALACCOUNT_ADAPTER = "familycard.office.accounts.adapter.ThroughTheState"
SOCIALACCOUNT_PROVIDERS = DEPLOYMENT.oidc.providers() if DEPLOYMENT.oidc else {}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Family Card"
SOCIALACCOUNT_ONLY = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "pages/locked_out.html"
AXES_CLIENT_IP_CALLABLE = "familycard.office.access.came_from.address_of"
AXES_VERBOSE = False

# Sessions end; cookies are ours alone.
SESSION_COOKIE_AGE = 8 * 3600
# Over HTTPS their names bind them to this one host (RFC 6265bis, "__Host-").
_HOST = "__Host-" if DEPLOYMENT.is_https else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = (
    f"{_HOST}session",
    f"{_HOST}csrf",
    f"{_HOST}language",
)
CSRF_FAILURE_VIEW = "familycard.office.pages.views.stale_form"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = DEPLOYMENT.is_https
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = DEPLOYMENT.is_https
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if DEPLOYMENT.is_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = DEPLOYMENT.is_https
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if DEPLOYMENT.proxies else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Partners' machines: OAuth 2.0 client credentials and nothing else; of a token the database holds the digest.
API_SCOPES = {
    "catalogue": "Read the catalogue of programmes and which snapshot is published",
    "questions": "Ask about a person who consents, and read one's receipts",
}
OAUTH2_PROVIDER = {
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",
    "SCOPES": API_SCOPES,
    "DEFAULT_SCOPES": ["catalogue"],
    "ACCESS_TOKEN_EXPIRE_SECONDS": 600,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    # Ways of getting a token that are closed here; said so that a check of the deployment finds nothing open.
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
}
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"
NINJA_DEFAULT_THROTTLE_RATES = {"client": "120/min", "token": "20/min", "message": "20/min"}

# What pages load beside their text.
STATIC_URL = "static/"
STATIC_ROOT = DEPLOYMENT.folder / "static"
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "familycard.office.pages.static_files.StaticFiles"},
}

# No personal data in logs: a line has the time, the level and what went wrong, never the request's body.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}

# The access log: its chain's key, and the file that says how far it had come (see access/log.py).
ACCESS_LOG_KEY = DEPLOYMENT.key("access log")
ACCESS_LOG_SEAL = DEPLOYMENT.folder / "access-log.seal"
PURPOSE_MINUTES = 30
BREAK_GLASS_MINUTES = 30
LOG_REQUEST_DAYS = 30
"""How long a person's request lets the commissioner open their log."""
BREAK_GLASS_A_DAY = 5

# Front desk and contact centre.
ADMITTED_MINUTES = 15
CODE_MINUTES = 10
CODE_ATTEMPTS = 5
ADMISSIONS_REFUSED_A_DAY = 20
QUESTIONS_PER_DAY, QUESTIONS_PER_SNAPSHOT = 600, 3_000
"""How many different questions one analyst may ask (docs/disclosure.md says why)."""
EXPORT_DAYS = 30
"""How long an approved export may be fetched."""
