"""Every setting, in reading order. Each environment variable is read once, here.

docs/settings.md lists them all; a test compares the two.
"""

from datetime import timedelta
from pathlib import Path

from environs import Env, validate

from config import databases
from config.embedding_models import read_models
from config.storage_url import incoming_directory, storages_from_url
from vectorstores.dispatch import QUEUES, ROUTES

env = Env()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.path("DATA_DIR", BASE_DIR / "data")

# --- Django ---------------------------------------------------------------------------------

SECRET_KEY = env.str("SECRET_KEY")
DEBUG = False  # never: a traceback page leaks internals, and the log has the traceback
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["*"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("TRUST_PROXY", False) else None
)

INSTALLED_APPS = [
    "vectorstores",
    "ingestion",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "vectorstores.api.middleware.RequestHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
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
    }
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False  # a redirect turns an SDK's POST into a GET
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # no collectstatic step to forget
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- Postgres -------------------------------------------------------------------------------

_KEEP = env.int("DATABASE_CONN_MAX_AGE", 600)
# None, except in web processes: config/gunicorn.py sets both.
_STATEMENT = env.float("STATEMENT_TIMEOUT_SECONDS", 0)
DATABASES = {
    "default": databases.primary(
        env.dj_db_url("DATABASE_URL"),
        keep=_KEEP,
        pool=env.int("DATABASE_POOL_SIZE", 0),
        statement=_STATEMENT,
        lock=env.float("LOCK_TIMEOUT_SECONDS", 0),
    )
}
# Answers searches while it has caught up with the primary.
if _REPLICA_URL := env.str("DATABASE_REPLICA_URL", ""):
    DATABASES["replica"] = databases.replica(_REPLICA_URL, keep=_KEEP, statement=_STATEMENT)
# Off behind a pooler that lends connections for one transaction and keeps no prepared statements.
DATABASE_PREPARE = env.bool("DATABASE_PREPARE", True)
DATABASE_ROUTERS = ["vectorstores.postgres.replica.Router"]

# --- File bytes -----------------------------------------------------------------------------

STORAGES = {
    "default": storages_from_url(env.str("STORAGE_URL", (DATA_DIR.resolve() / "files").as_uri())),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FILE_UPLOAD_HANDLERS = ["vectorstores.storage.incoming.IncomingFileHandler"]
INCOMING_DIR = incoming_directory(STORAGES["default"])
MAX_FILE_BYTES = env.int("MAX_FILE_BYTES", 512 * 1024 * 1024)
MAX_UPLOAD_BYTES = MAX_FILE_BYTES + 64 * 1024  # with the form around it
MAX_PART_BYTES = 64 * 1024 * 1024  # as every SDK knows it
MAX_PART_FORM_BYTES = MAX_PART_BYTES + 64 * 1024
# 2,000 files with 16 attributes of 64 + 512 characters each are about 18 MB of JSON.
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024

# --- Embeddings -----------------------------------------------------------------------------

EMBEDDING_BACKEND = env.str("EMBEDDING_BACKEND", "local")
_MODEL, _DIMENSIONS = {
    "local": ("granite-embedding-30m-english", 384),
    "openai": ("text-embedding-3-small", 1536),
    "hashing": ("hashing", 256),
}.get(EMBEDDING_BACKEND, ("", 0))  # an unknown backend is named by a system check
EMBEDDING_MODEL = env.str("EMBEDDING_MODEL", "") or _MODEL
EMBEDDING_DIMENSIONS = env.int("EMBEDDING_DIMENSIONS", _DIMENSIONS)
EMBEDDING_MODEL_ALIASES: list[str] = env.list("EMBEDDING_MODEL_ALIASES", [], subcast=str.strip)
EMBEDDING_BASE_URL = env.str("EMBEDDING_BASE_URL", "https://api.openai.com/v1")
EMBEDDING_API_KEY = env.str("EMBEDDING_API_KEY", "")
EMBEDDING_TIMEOUT = env.float("EMBEDDING_TIMEOUT", 30.0)  # seconds
EMBEDDING_BATCH_SIZE = env.int("EMBEDDING_BATCH_SIZE", 32)  # texts in one request
EMBEDDING_CONCURRENCY = env.int("EMBEDDING_CONCURRENCY", 4)  # requests at once, of one process
EMBEDDING_MODEL_DIR = env.path("EMBEDDING_MODEL_DIR", DATA_DIR / "models" / EMBEDDING_MODEL)
# Other models that stores may be embedded with. Each says what differs from the default above.
EMBEDDING_MODELS = read_models(
    env.str("EMBEDDING_MODELS", "") or "{}",
    taken=(EMBEDDING_MODEL, *EMBEDDING_MODEL_ALIASES),
    secret=lambda variable: env.str(variable, ""),
)

# --- Search ---------------------------------------------------------------------------------

# Share of the cosine in a score if a client gives no weights; the question's words have the rest.
# docs/quality.md has the measurements it was chosen by.
SEARCH_EMBEDDING_WEIGHT = env.float("SEARCH_EMBEDDING_WEIGHT", 0.7)

# --- Reranking and rewriting ----------------------------------------------------------------

# Both are off without a URL, and a search goes on without one that fails.
RERANK_URL = env.str("RERANK_URL", "")
RERANK_API = env.str("RERANK_API", "cohere")
RERANK_MODEL = env.str("RERANK_MODEL", "")
RERANK_API_KEY = env.str("RERANK_API_KEY", "")
RERANK_SCORES = env.str("RERANK_SCORES", "probability")
RERANK_TIMEOUT = env.float("RERANK_TIMEOUT", 5.0)  # seconds, of a search
REWRITE_BASE_URL = env.str("REWRITE_BASE_URL", "")
REWRITE_MODEL = env.str("REWRITE_MODEL", "")
REWRITE_API_KEY = env.str("REWRITE_API_KEY", "")
REWRITE_TIMEOUT = env.float("REWRITE_TIMEOUT", 5.0)  # seconds, of a search

# --- Ingestion ------------------------------------------------------------------------------

# How long a worker may be silent before another one may claim its file.
INGEST_LEASE = timedelta(seconds=env.int("INGEST_LEASE_SECONDS", 60))
INGEST_MAX_ATTEMPTS = env.int("INGEST_MAX_ATTEMPTS", 5)
# How long a file waits for an embedder that does not answer, before it fails.
EMBEDDING_GIVE_UP = timedelta(hours=env.int("EMBEDDING_GIVE_UP_HOURS", 24))
# A file gets at least this long; after twice that, the process working on it is killed.
INGEST_TIME_LIMIT = timedelta(seconds=env.int("INGEST_TIME_LIMIT_SECONDS", 3600))
# Limits of the process that reads a file; a file that needs more fails.
PARSER_MEMORY_BYTES = env.int("PARSER_MEMORY_BYTES", 2 * 1024**3)
PARSER_CPU_SECONDS = env.int("PARSER_CPU_SECONDS", 300)
PARSER_SILENCE_SECONDS = env.int("PARSER_SILENCE_SECONDS", 120)
# Languages of scanned pages, as tesseract names them: "deu+eng". Parsers read it from their
# environment.
OCR_LANGUAGES = env.str("OCR_LANGUAGES", "eng")
PARSER = env.str("PARSER", "native")
# How long a worker that is stopped goes on with the files it has begun.
INGEST_DRAIN = timedelta(seconds=env.int("INGEST_DRAIN_SECONDS", 20))
# Files of one project that all workers together may have claimed at once; 0 is any number.
PROJECT_CLAIMED_FILES = env.int("PROJECT_CLAIMED_FILES", 100)
# How long a deleted row stays, since a client's cursor may point to it.
TOMBSTONE_AGE = timedelta(hours=1)

# --- Indexes --------------------------------------------------------------------------------

# Chunks from which on a store has an index, at 384 dimensions; in proportion fewer with more.
INDEX_FROM_CHUNKS = env.int("INDEX_FROM_CHUNKS", 20_000, validate=validate.Range(min=1))
# Memory that Postgres may take to build one, and how many processes help it.
INDEX_BUILD_MEMORY = env.int(
    "INDEX_BUILD_MEMORY_BYTES", 1024**3, validate=validate.Range(min=1024**2, max=1024**4)
)
INDEX_BUILD_WORKERS = env.int("INDEX_BUILD_WORKERS", 1, validate=validate.Range(min=0, max=1024))

# --- Celery and its broker ------------------------------------------------------------------

REDIS_URL = env.str("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Redis delivers a message again after this. It is above the time limit, so only a lost one is.
    "visibility_timeout": int(2 * INGEST_TIME_LIMIT.total_seconds()) + 600,
    # A request that asks for work must not hang on a dead broker: one attempt, and the sweeper
    # sends it again. (Workers and beat reconnect by settings of their own.)
    "max_retries": 0,
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# A worker's turn may be a large single file and then one of a batch, so it is twice as long.
CELERY_TASK_TIME_LIMIT = int(2 * INGEST_TIME_LIMIT.total_seconds())
CELERY_TASK_QUEUES = QUEUES
CELERY_TASK_ROUTES = ROUTES
CELERY_TASK_DEFAULT_QUEUE = "maintenance"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False  # claims fence, so let them end
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "vectorstores.sweep", "schedule": 5.0, "options": {"expires": 5}},
    "purge": {"task": "vectorstores.purge", "schedule": 60.0, "options": {"expires": 60}},
    "review": {"task": "vectorstores.review", "schedule": 3600.0, "options": {"expires": 3600}},
    "terms": {"task": "vectorstores.make_terms", "schedule": 10.0, "options": {"expires": 10}},
    "orphans": {
        "task": "vectorstores.remove_orphans",
        "schedule": 6 * 3600.0,
        "options": {"expires": 3600},
    },
}

# --- The API --------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["vectorstores.api.auth.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["vectorstores.api.auth.HasApiKey"],
    "DEFAULT_PARSER_CLASSES": ["vectorstores.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "vectorstores.api.exceptions.answer",
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "vectorstores.api.parsers.AlwaysJSON",
}

# OpenAI's limits; 0 is none. Counted in Redis, by all web processes together.
RATE_LIMITS = env.bool("RATE_LIMITS", True)
UPLOADS_PER_MINUTE = env.int("UPLOADS_PER_MINUTE", 1000)  # of a project
ATTACHED_FILES_PER_MINUTE = env.int("ATTACHED_FILES_PER_MINUTE", 2000)  # of a project
ATTACH_REQUESTS_PER_MINUTE = env.int("ATTACH_REQUESTS_PER_MINUTE", 300)  # to a store

# Errors send users to this page for keys, file types and JSON.
DOCS_URL = env.str("DOCS_URL", "/v1/docs")
# OpenAI's rule is stricter than ours: what was uploaded for a store cannot be downloaded.
STRICT_DOWNLOAD_PURPOSE = env.bool("STRICT_DOWNLOAD_PURPOSE", False)
# The published schema says `files_batch`; OpenAI's own server has been seen to say `file_batch`.
BATCH_OBJECT = env.str(
    "BATCH_OBJECT",
    "vector_store.files_batch",
    validate=validate.OneOf(["vector_store.files_batch", "vector_store.file_batch"]),
)

SPECTACULAR_SETTINGS = {
    "DEFAULT_GENERATOR_CLASS": "vectorstores.api.openapi.generator.Generator",
    "OAS_VERSION": "3.1.0",
    "VERSION": "0.1.0",
    "SERVERS": [{"url": "/"}],  # the one the document came from
    "POSTPROCESSING_HOOKS": [],
    "SORT_OPERATIONS": False,  # they stand as in urls.py
}

# --- Logs -----------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "httpx": {"level": "WARNING"},  # one line per embedding request is noise
        "django": {"handlers": [], "propagate": True},
        "django.request": {"level": "ERROR"},  # a client's mistake is the client's to read
    },
}
