"""Django settings. Values come from the environment; docs/configuration.md lists them."""

import os
from pathlib import Path

from django.utils.csp import CSP

from config import env, logs

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / ".data")))

# Safe by default: DEBUG is off unless somebody asks for it (`manage.py demo` does).
DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = (
    env.secret("SECRET_KEY") or "for-trials-on-this-machine-only-never-for-a-server-patients-can-reach"
    if DEBUG
    else env.key("SECRET_KEY", "Give it 50 random characters, or set DEBUG=1 on your own machine.")
)
# Former keys: what they signed and encrypted can still be read.
SECRET_KEY_FALLBACKS = env.parts(env.secret("SECRET_KEY_FALLBACKS"))
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]" if DEBUG else "")
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    # Before the admin, since it extends the admin's templates.
    "articles",
    "checker",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    # `runserver` then serves static files through WhiteNoise too, as production does.
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_prose_editor",
    "admin_ordering",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "config.signin",
]

MIDDLEWARE = [
    "config.logs.name_requests",
    "config.alarms.count_answers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.secure_headers",
    # It answers by itself where HTTPS is missing.
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    # Pads its output at random, which blunts attacks that measure compressed secrets (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "config.middleware.refuse_control_characters",
    "django.middleware.common.CommonMiddleware",
    "articles.middleware.clinic",
    # What comes after it costs nothing for a page that memory holds, and so must not touch what patients read.
    "articles.pages.sent_from_memory",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.signin.middleware.staff_only",
    # Gives request.htmx, which config.shortcuts.render_partial reads.
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
# It stands at the root of its host, whatever a server makes of a header: staff_only and memory go by the whole path.
FORCE_SCRIPT_NAME = ""
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "articles.middleware.clinic_for_templates",
            ],
        },
    },
]

database_url, database_password = env.secret("DATABASE_URL"), env.secret("DATABASE_PASSWORD")
# A password without an address: somebody lost the address, and means no new, empty SQLite.
if database_url or database_password:
    DATABASES = {"default": env.database(database_url, database_password)}
else:
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES = {"default": env.sqlite(str(DATA_DIR / "legible.sqlite3"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# All processes share it: tries at a password are counted there. Without Redis it is a table of the database.
# What a search is counted by stays in memory: that of Redis, or of the process.
redis_url = env.secret("REDIS_URL")
CACHES = {"default": env.cache(redis_url)}
CACHES["counts"] = (
    CACHES["default"]
    if redis_url
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "counts"}
)

# Rendered pages that each process keeps (articles/pages.py); and how long a CDN may answer without asking.
PAGE_MEMORY_BYTES = env.number("PAGE_MEMORY_MB", 32) * 1_000_000
# Handouts have a memory of their own: there are as many as choices, and they must not crowd out articles.
HANDOUT_MEMORY_BYTES = env.number("HANDOUT_MEMORY_MB", 8) * 1_000_000
CDN_SECONDS = env.number("CDN_SECONDS", 0)

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "config.signin.passwords.NotTooLong"},
    {"NAME": "config.signin.passwords.NotOfTheClinic"},
    {"NAME": "config.signin.passwords.NotBreached"},
    {"NAME": "config.signin.passwords.Noted"},
]

LOGGING = logs.settings(level=env.log_level("LOG_LEVEL"), as_json=env.flag("LOG_JSON", default=not DEBUG))
ADMINS: list[str] = []

LANGUAGE_CODE = "en-us"
TIME_ZONE = env.text("TIME_ZONE", "UTC")
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
if DEBUG:
    # WhiteNoise warns of a folder that only `collectstatic` makes.
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nothing is ever uploaded
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# No 'unsafe-inline' and no 'unsafe-eval' anywhere. The nonce is used in the admin alone: a page without it can be cached.
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
if report_to := env.report_address("CSP_REPORT_URI"):
    SECURE_CSP["report-uri"] = [report_to]
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

HTTPS = env.flag("HTTPS", default=not DEBUG)
SECURE_SSL_REDIRECT = HTTPS
# A container's health check speaks to the process itself, before any proxy.
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.flag("HSTS_PRELOAD", default=False)
# Other sites below the clinic's domain may not speak HTTPS: binding them is the clinic's choice, by the two flags above.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
BEHIND_PROXY = env.flag("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# The last address of X-Forwarded-For is what the proxy saw; what stands before it anybody can write.
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)

# Only the admin has sessions, messages and the CSRF cookie; the path keeps them off every page that patients read.
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/admin/"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if HTTPS:
    # Browsers take a cookie of such a name over HTTPS only. `__Host-` would ask for the path "/".
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Secure-sessionid", "__Secure-csrftoken"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_HTTPONLY = True
# The longest that a sign-in holds, however busy (config/signin/lifetimes.py); the cookie goes when the browser is closed.
SESSION_COOKIE_AGE = 12 * 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# The link by which a person chooses a password (config/signin/invitations.py).
PASSWORD_RESET_TIMEOUT = 7 * 24 * 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"

# How staff sign in (config/signin/). On a trial machine name and password are enough.
STAFF_MFA = env.flag("STAFF_MFA", default=not DEBUG)
STAFF_IDLE_SECONDS = env.minutes("STAFF_IDLE_MINUTES", 30, at_least=5) * 60
REAUTHENTICATE_SECONDS = env.minutes("REAUTHENTICATE_MINUTES", 0 if DEBUG else 15) * 60
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "config.signin.adapters.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_FORMS = {
    "change_password": "config.signin.forms.ChangePasswordForm",
    "set_password": "config.signin.forms.ChoosePasswordForm",
}
# The last of `login_failed` locks one account, whoever tries; the others, one sender.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/15m/key", "reauthenticate": "5/m/user"}
MFA_ADAPTER = "config.signin.adapters.StaffMFAAdapter"
MFA_FORMS = {"add_webauthn": "config.signin.forms.AddPasskeyForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A passkey alone is enough only since the device asks for a finger, a face or a PIN.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Legible"
MFA_TOTP_TOLERANCE = 1

# Where the site stands, for mails: https://health.example.org
SITE_URL = env.site_url("SITE_URL")
DEFAULT_FROM_EMAIL = env.sender("EMAIL_FROM", "legible@localhost")
MAILERS = {"default": env.mailer(printed=DEBUG)}
# Whether people are mailed what happened to their sign-in; they are told at the next sign-in anyway.
MAIL_NOTICES = DEBUG or bool(os.environ.get("EMAIL_HOST"))

# How many of each within an hour are an alarm (config/alarms.py); 0 is never.
ALARM_LIMITS = {
    "requests": env.number("ALARM_REQUESTS", 50_000),
    "refused": env.number("ALARM_REFUSED", 300),
    "errors": env.number("ALARM_ERRORS", 10),
    "sign-ins": env.number("ALARM_SIGN_INS", 30),
    "four-eyes": env.number("ALARM_FOUR_EYES", 3),
}
# Who gets a mail then.
OPERATOR_EMAILS = env.addresses("OPERATOR_EMAILS")
# Whom to tell of a weakness, in /.well-known/security.txt.
SECURITY_CONTACT = env.contact("SECURITY_CONTACT")

# Days after a review was due: when patients are told that a text may be out of date, and when it no longer counts.
REVIEW_GRACE_DAYS = env.days("REVIEW_GRACE_DAYS", 30)
REVIEW_LIMIT_DAYS = env.days("REVIEW_LIMIT_DAYS", 365, at_least=REVIEW_GRACE_DAYS)

# Reports of errors hold nothing that patients ticked or staff typed.
DEFAULT_EXCEPTION_REPORTER_FILTER = "config.error_reports.NothingTyped"

# Whoever approves a text must be somebody else than who submitted it, or changed it last.
FOUR_EYES = env.flag("FOUR_EYES", default=True)
REVIEW_LINK_DAYS = env.days("REVIEW_LINK_DAYS", 14, at_least=1)

# The largest admin form holds a quiz of some hundred choices and rules.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
# Nothing here takes a file: scripts read files in the browser and fill in a form.
DATA_UPLOAD_MAX_NUMBER_FILES = 0

# Anonymous daily counts of what patients do (docs/privacy.md).
COUNT_VISITS = env.flag("COUNT_VISITS", default=True)
# For how long what patients left here is kept; `manage.py clear_old` deletes it, and /privacy/ says so.
KEEP_FEEDBACK_DAYS = env.days("KEEP_FEEDBACK_DAYS", 365, at_least=1)
KEEP_COUNTS_DAYS = env.days("KEEP_COUNTS_DAYS", 730, at_least=1)
