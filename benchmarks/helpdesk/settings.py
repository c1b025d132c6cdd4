"""django-helpdesk as its standalone set-up has it, with what a busy installation adds: connections
that are kept, compiled templates, sessions in memory, no debugging. No mail leaves either desk.

`HELPDESK_DATABASE` is a PostgreSQL database by its folder and name (`/folder name`), or a file.
"""

import os

DEBUG = False
SECRET_KEY = "a server that lives for some minutes"  # noqa: S105
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sites",
    "django.contrib.humanize",
    "rest_framework",
    "helpdesk",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
_FOLDER, _, _NAME = os.environ["HELPDESK_DATABASE"].partition(" ")
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": _FOLDER,
        "NAME": _NAME,
        "USER": "tierline",
        "CONN_MAX_AGE": None,
        # An ASGI server gives each request a thread of its own, which only a pool serves well.
        "OPTIONS": {"pool": {"min_size": 2, "max_size": 20}},
    }
    if _NAME
    else {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": _FOLDER,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;",
        },
    }
}
if _NAME:
    DATABASES["default"]["CONN_MAX_AGE"] = 0  # the pool keeps them
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
SITE_ID = 1
LOGIN_URL = "helpdesk:login"
LOGIN_REDIRECT_URL = "helpdesk:list"
STATIC_URL = "/static/"
USE_TZ = True
TIME_ZONE = "UTC"
HELPDESK_TEAMS_MODE_ENABLED = False
HELPDESK_DEFAULT_SETTINGS = {"tickets_per_page": 50}
LOGGING = {"version": 1, "disable_existing_loggers": True}
