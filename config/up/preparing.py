"""Prepare the database for the first request. Later starts find nothing to do."""

import secrets
from dataclasses import dataclass

import django
from django.contrib.auth import get_user_model
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from environs import EnvError

from config.embedded.start_errors import StartError
from vectorstores.embeddings import all_models
from vectorstores.embeddings.errors import EmbedderMisconfigured

PROJECT = "default"
ADMIN = "admin"


@dataclass(frozen=True)
class Prepared:
    api_key: str
    admin_password: str | None  # only when the account was created just now


def prepare(api_key: str) -> Prepared:
    """Check the settings, migrate, and make an API key and an admin. Raises StartError."""
    try:
        django.setup()
        _check()
        executor = MigrationExecutor(connection)
        # Because the check is ten times cheaper than a command that finds nothing to do.
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)
        _build_local_models()
    except DatabaseError as error:
        raise StartError(f"Cannot use the database of DATABASE_URL: {_line(error)}") from error
    except (ImproperlyConfigured, EnvError, EmbedderMisconfigured) as error:
        raise StartError(_line(error)) from error
    _ensure_key(api_key)
    return Prepared(api_key, _ensure_admin())


def _check() -> None:
    serious = [message for message in run_checks(databases=["default"]) if message.is_serious()]
    if serious:
        raise StartError(" ".join(_line(text) for m in serious for text in (m.msg, m.hint) if text))


def _line(text: object) -> str:
    return " ".join(str(text).split())


def _build_local_models() -> None:
    if local := [model for model in all_models() if model.backend == "local"]:
        from vectorstores.embeddings import granite

        for model in local:
            if model.name == granite.MODEL:
                granite.build(model.model_dir)


def _ensure_key(secret: str) -> None:
    """Make the key of the default project, and the project, if they are not there."""
    from vectorstores.models import ApiKey, Project
    from vectorstores.models.keys import digest

    project, _ = Project.objects.get_or_create(name=PROJECT)
    known = ApiKey.objects.filter(digest=digest(secret)).first()
    if known is None:
        ApiKey.objects.issue(project=project, name="bin/up", secret=secret)
    elif known.revoked_at:
        raise StartError(f"The API key {known} was revoked. Set API_KEY to another.")


def _ensure_admin() -> str | None:
    """Make a superuser if there is none. Returns the password of one made now."""
    users = get_user_model().objects
    if users.filter(is_superuser=True).exists():
        return None
    password = secrets.token_urlsafe(12)
    users.create_superuser(ADMIN, password=password)
    return password
